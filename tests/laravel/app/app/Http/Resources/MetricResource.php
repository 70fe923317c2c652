<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Resources;

class MetricResource extends Resource
{
    public function toArray($request)
    {
        return ['name' => $this->name, 'value' => $this->value, 'unit' => $this->unit, 'recorded_at' => $this->time($this->recorded_at)];
    }
}
