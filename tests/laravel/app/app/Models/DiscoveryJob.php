<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Models;

class DiscoveryJob extends Model
{
    protected array $searched = ['name', 'subnet'];
    protected array $selectable = ['name', 'subnet', 'status', 'snmp_version', 'started_at', 'finished_at'];
    protected $casts = ['started_at' => 'datetime', 'finished_at' => 'datetime'];

    public function results()
    {
        return $this->hasMany(DiscoveryResult::class)->orderBy('id');
    }
}
