<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Resources;

class MonitorResultResource extends Resource
{
    public function toArray($request)
    {
        return [
            'checked_at' => $this->time($this->checked_at),
            'status' => $this->status,
            'response_time_ms' => $this->response_time_ms,
        ];
    }
}
