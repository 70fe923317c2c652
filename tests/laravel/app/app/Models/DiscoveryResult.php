<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Models;

class DiscoveryResult extends Model
{
    protected $casts = ['services' => 'array', 'device_id' => 'integer', 'imported_at' => 'datetime'];

    public function job()
    {
        return $this->belongsTo(DiscoveryJob::class, 'discovery_job_id');
    }
}
