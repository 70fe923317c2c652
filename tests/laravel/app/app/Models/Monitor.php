<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Models;

class Monitor extends Model
{
    protected array $searched = ['name', 'host'];
    protected array $selectable = [
        'name', 'type', 'host', 'port', 'status', 'response_time_ms', 'ssl_expiry_at', 'uptime_percent_7d',
        'uptime_percent_30d', 'consecutive_failures', 'last_checked_at', 'check_interval_seconds', 'timeout_ms',
        'is_active', 'monitor_group_id', 'device_id',
    ];
    protected $casts = [
        'port' => 'integer',
        'response_time_ms' => 'integer',
        'ssl_expiry_at' => 'datetime',
        'uptime_percent_7d' => 'decimal:2',
        'uptime_percent_30d' => 'decimal:2',
        'consecutive_failures' => 'integer',
        'last_checked_at' => 'datetime',
        'check_interval_seconds' => 'integer',
        'timeout_ms' => 'integer',
        'is_active' => 'boolean',
        'monitor_group_id' => 'integer',
        'device_id' => 'integer',
        'tags' => 'array',
        'config' => 'array',
    ];
    protected $with = ['monitorGroup', 'device'];

    public function monitorGroup()
    {
        return $this->belongsTo(MonitorGroup::class);
    }

    public function device()
    {
        return $this->belongsTo(Device::class);
    }

    public function results()
    {
        return $this->hasMany(MonitorResult::class);
    }
}
