<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Models;

class AlertChannel extends Model
{
    protected array $selectable = ['name', 'type', 'is_active'];
    protected $casts = ['config' => 'array', 'is_active' => 'boolean'];
}
