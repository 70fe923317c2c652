<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Resources;

class OidResource extends Resource
{
    public function toArray($request)
    {
        return [
            'id' => $this->id,
            'device_id' => $this->device_id,
            'name' => $this->name,
            'oid' => $this->oid,
            'unit' => $this->unit,
            'is_monitored' => $this->is_monitored,
            'last_value' => $this->last_value,
        ];
    }
}
