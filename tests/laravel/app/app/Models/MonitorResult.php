<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Models;

class MonitorResult extends Model
{
    protected $casts = ['checked_at' => 'datetime', 'response_time_ms' => 'integer'];
}
