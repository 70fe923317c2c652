<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Models;

class Role extends Model
{
    protected array $selectable = ['name'];
    protected $casts = ['permissions' => 'array'];
}
