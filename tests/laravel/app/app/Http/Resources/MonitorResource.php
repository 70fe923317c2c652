<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Resources;

class MonitorResource extends Resource
{
    public function toArray($request)
    {
        return [
            'id' => $this->id,
            'name' => $this->name,
            'type' => $this->type,
            'host' => $this->host,
            'port' => $this->port,
            'status' => $this->status,
            'response_time_ms' => $this->response_time_ms,
            'ssl_expiry_at' => $this->time($this->ssl_expiry_at),
            'uptime_percent_7d' => $this->decimal($this->uptime_percent_7d),
            'uptime_percent_30d' => $this->decimal($this->uptime_percent_30d),
            'consecutive_failures' => $this->consecutive_failures,
            'last_checked_at' => $this->time($this->last_checked_at),
            $this->extra([
                'check_interval_seconds' => $this->check_interval_seconds,
                'timeout_ms' => $this->timeout_ms,
                'is_active' => $this->is_active,
                $this->reference('monitor_group', $this->monitorGroup, ['name', 'color']),
                $this->reference('device', $this->device, ['name']),
                'tags' => $this->detail(fn () => $this->tags),
            ]),
            'config' => $this->detail(fn () => $this->object($this->config)),
        ];
    }
}
