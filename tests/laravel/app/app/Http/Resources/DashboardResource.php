<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Resources;

class DashboardResource extends Resource
{
    public function toArray($request)
    {
        return [
            'id' => $this->id,
            'name' => $this->name,
            'description' => $this->description,
            'is_default' => $this->is_default,
            'widgets' => $this->when(! $this->listed(), fn () => WidgetResource::collection($this->widgets)->map->resolve()->all()),
        ];
    }
}
