<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Models;

use Illuminate\Database\Eloquent\Builder;
use Illuminate\Support\Facades\Auth;

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

    protected static function booted()
    {
        static::addGlobalScope('seen', fn (Builder $query) => static::limitTo($query, 'id'));
    }

    /** Restricts a query to the rows whose column names a device that the user may see. */
    public static function limitTo(Builder $query, string $column): void
    {
        $groups = Auth::user()?->seenGroups();
        if ($groups !== null) {
            $query->whereIn($query->qualifyColumn($column), static::withoutGlobalScope('seen')->whereIn('device_group_id', $groups)->select('id'));
        }
    }

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
