<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Models;

class Mib extends Model
{
    protected array $searched = ['name', 'filename'];
    protected array $selectable = ['name', 'filename', 'size'];
    protected $casts = ['size' => 'integer', 'object_count' => 'integer'];
}
