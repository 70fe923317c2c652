<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Resources;

class AlertEventResource extends Resource
{
    public function toArray($request)
    {
        return [
            'id' => $this->id,
            'severity' => $this->severity,
            'status' => $this->status,
            'triggered_at' => $this->time($this->triggered_at),
            'acknowledged_at' => $this->time($this->acknowledged_at),
            'resolved_at' => $this->time($this->resolved_at),
            'current_value' => $this->current_value,
            $this->reference('monitor', $this->monitor, ['name', 'type'], false),
            $this->reference('device', $this->device, ['name', 'ip_address'], false),
            'webhook' => $this->when((bool) $this->webhook, fn () => $this->webhook->only('id', 'name')),
        ];
    }
}
