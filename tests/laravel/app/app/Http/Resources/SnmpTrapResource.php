<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Resources;

class SnmpTrapResource extends Resource
{
    public function toArray($request)
    {
        [$oid, $message] = config('acs.trap-keys') === 'oid' ? ['oid', 'value'] : ['trap_oid', 'message'];

        return [
            'id' => $this->id,
            'source_ip' => $this->source_ip,
            $oid => $this->trap_oid,
            $message => $this->message,
            'severity' => $this->severity,
            'status' => $this->status,
            'varbinds' => $this->detail(fn () => $this->object($this->varbinds)),
            'received_at' => $this->time($this->received_at),
            'acknowledged_at' => $this->time($this->acknowledged_at),
            $this->reference('device', $this->device, ['name', 'ip_address'], false),
        ];
    }
}
