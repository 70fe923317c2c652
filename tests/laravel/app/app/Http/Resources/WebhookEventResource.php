<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Resources;

class WebhookEventResource extends Resource
{
    public function toArray($request)
    {
        return [
            'id' => $this->id,
            'webhook_id' => $this->webhook_id,
            'method' => $this->method,
            'payload' => $this->object($this->payload),
            'query_params' => $this->object($this->query_params),
            'source_ip' => $this->source_ip,
            'received_at' => $this->time($this->received_at),
        ];
    }
}
