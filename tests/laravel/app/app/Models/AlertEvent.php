<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Models;

use Illuminate\Database\Eloquent\Builder;

class AlertEvent extends Model
{
    protected array $searched = ['current_value', 'monitor.name', 'device.name'];
    protected array $selectable = [
        'severity', 'status', 'triggered_at', 'acknowledged_at', 'resolved_at', 'current_value', 'monitor_id', 'device_id',
    ];
    protected $casts = [
        'triggered_at' => 'datetime',
        'acknowledged_at' => 'datetime',
        'resolved_at' => 'datetime',
        'monitor_id' => 'integer',
        'device_id' => 'integer',
        'webhook_id' => 'integer',
    ];
    protected $with = ['monitor', 'device', 'webhook'];

    protected static function booted()
    {
        static::addGlobalScope('seen', fn (Builder $query) => Device::limitTo($query, 'device_id'));
    }

    public function monitor()
    {
        return $this->belongsTo(Monitor::class);
    }

    public function device()
    {
        return $this->belongsTo(Device::class);
    }

    public function webhook()
    {
        return $this->belongsTo(Webhook::class);
    }
}
