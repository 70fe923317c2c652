<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Resources;

class AlertChannelResource extends Resource
{
    public function toArray($request)
    {
        return [
            'id' => $this->id,
            'name' => $this->name,
            'type' => $this->type,
            'config' => $this->detail(fn () => $this->object($this->config)),
            'is_active' => $this->is_active,
        ];
    }
}
