<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Resources;

class DiscoveryResultResource extends Resource
{
    public function toArray($request)
    {
        return [
            'id' => $this->id,
            'ip_address' => $this->ip_address,
            'hostname' => $this->hostname,
            'sys_descr' => $this->sys_descr,
            'device_type' => $this->device_type,
            'services' => $this->services,
            'device_id' => $this->device_id,
            'imported_at' => $this->time($this->imported_at),
        ];
    }
}
