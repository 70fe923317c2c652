<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Models;

class Widget extends Model
{
    protected array $searched = ['title'];
    protected array $selectable = ['type', 'title'];
    protected $casts = [
        'dashboard_id' => 'integer', 'config' => 'array', 'x' => 'integer', 'y' => 'integer', 'w' => 'integer', 'h' => 'integer',
    ];
}
