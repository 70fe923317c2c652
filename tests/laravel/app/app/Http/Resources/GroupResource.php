<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Resources;

class GroupResource extends Resource
{
    public function toArray($request)
    {
        return ['id' => $this->id, 'name' => $this->name, 'color' => $this->color];
    }
}
