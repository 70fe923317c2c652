<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Resources;

class UserResource extends Resource
{
    public function toArray($request)
    {
        return [
            'id' => $this->id,
            'name' => $this->name,
            'email' => $this->email,
            'is_active' => $this->is_active,
            $this->reference('role', $this->role, ['name'], false),
            'device_group_ids' => $this->deviceGroups->pluck('id')->all(),
        ];
    }
}
