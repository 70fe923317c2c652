<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Resources;

class DiscoveryJobResource extends Resource
{
    public function toArray($request)
    {
        return [
            'id' => $this->id,
            'name' => $this->name,
            'subnet' => $this->subnet,
            'snmp_version' => $this->snmp_version,
            'schedule' => $this->schedule,
            'status' => $this->status,
            'started_at' => $this->time($this->started_at),
            'finished_at' => $this->time($this->finished_at),
            'results' => $this->when(! $this->listed(), fn () => DiscoveryResultResource::collection($this->results)->map->resolve()->all()),
        ];
    }
}
