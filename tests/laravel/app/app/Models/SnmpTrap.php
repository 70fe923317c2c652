<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Models;

use Illuminate\Database\Eloquent\Builder;

class SnmpTrap extends Model
{
    protected array $searched = ['source_ip', 'trap_oid', 'message'];
    protected array $selectable = ['severity', 'status', 'device_id', 'source_ip', 'trap_oid', 'received_at'];
    protected $casts = [
        'device_id' => 'integer', 'varbinds' => 'array', 'received_at' => 'datetime', 'acknowledged_at' => 'datetime',
    ];
    protected $with = ['device'];

    protected static function booted()
    {
        static::addGlobalScope('seen', fn (Builder $query) => Device::limitTo($query, 'device_id'));
    }

    public function device()
    {
        return $this->belongsTo(Device::class);
    }
}
