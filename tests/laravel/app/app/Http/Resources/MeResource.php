<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Resources;

class MeResource extends \Illuminate\Http\Resources\Json\JsonResource
{
    public function toArray($request)
    {
        return [
            'id' => $this->id,
            'name' => $this->name,
            'email' => $this->email,
            'roles' => $this->role ? [$this->role->only('id', 'name')] : [],
            'permissions' => $this->permissions(),
        ];
    }
}
