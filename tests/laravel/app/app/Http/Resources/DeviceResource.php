<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Resources;

class DeviceResource extends Resource
{
    public function toArray($request)
    {
        return [
            'id' => $this->id,
            'name' => $this->name,
            'ip_address' => $this->ip_address,
            'snmp_version' => $this->snmp_version,
            'device_type' => $this->device_type,
            'status' => $this->status,
            'last_polled_at' => $this->time($this->last_polled_at),
            'poll_interval_seconds' => $this->poll_interval_seconds,
            'is_active' => $this->is_active,
            $this->reference('device_group', $this->deviceGroup, ['name', 'color'], false),
            $this->extra(['location' => $this->location]),
        ];
    }
}
