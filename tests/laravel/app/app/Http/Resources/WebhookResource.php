<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Resources;

class WebhookResource extends Resource
{
    public function toArray($request)
    {
        $key = config('acs.ingest');

        return [
            'id' => $this->id,
            'device_id' => $this->device_id,
            'name' => $this->name,
            'description' => $this->description,
            'is_active' => $this->is_active,
            $key => str_ends_with($key, 'url') ? $this->ingestUrl() : $this->token,
            'last_received_at' => $this->time($this->last_received_at),
        ];
    }
}
