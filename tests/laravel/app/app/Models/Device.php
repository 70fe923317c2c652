<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Models;

class Device extends Model
{
    protected array $searched = ['name', 'ip_address'];
    protected array $selectable = [
        'name', 'ip_address', 'snmp_version', 'device_type', 'status', 'last_polled_at', 'poll_interval_seconds',
        'is_active', 'device_group_id', 'location',
    ];
    protected $casts = [
        'last_polled_at' => 'datetime',
        'poll_interval_seconds' => 'integer',
        'is_active' => 'boolean',
        'device_group_id' => 'integer',
    ];
    protected $with = ['deviceGroup'];

    public function deviceGroup()
    {
        return $this->belongsTo(DeviceGroup::class);
    }

    public function oids()
    {
        return $this->hasMany(Oid::class);
    }

    public function metrics()
    {
        return $this->hasMany(Metric::class);
    }

    public function webhooks()
    {
        return $this->hasMany(Webhook::class);
    }
}
