<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Resources;

class WidgetResource extends Resource
{
    public function toArray($request)
    {
        return [
            'id' => $this->id,
            'dashboard_id' => $this->dashboard_id,
            'type' => $this->type,
            'title' => $this->title,
            'config' => $this->object($this->config),
            'x' => $this->x,
            'y' => $this->y,
            'w' => $this->w,
            'h' => $this->h,
        ];
    }
}
