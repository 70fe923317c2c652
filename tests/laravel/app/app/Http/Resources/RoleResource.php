<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Resources;

class RoleResource extends Resource
{
    public function toArray($request)
    {
        return ['id' => $this->id, 'name' => $this->name, 'permissions' => $this->permissions];
    }
}
