<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Models;

class Oid extends Model
{
    protected array $searched = ['name', 'oid'];
    protected array $selectable = ['name', 'oid', 'unit', 'is_monitored', 'last_value', 'device_id'];
    protected $casts = ['device_id' => 'integer', 'is_monitored' => 'boolean'];
}
