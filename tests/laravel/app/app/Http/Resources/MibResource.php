<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Resources;

class MibResource extends Resource
{
    public function toArray($request)
    {
        return [
            'id' => $this->id,
            'name' => $this->name,
            'filename' => $this->filename,
            'size' => $this->size,
            'object_count' => $this->object_count,
            'created_at' => $this->time($this->created_at),
        ];
    }
}
