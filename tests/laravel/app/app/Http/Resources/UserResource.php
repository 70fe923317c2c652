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
            $this->reference('role', $this->role, ['name'], false),
        ];
    }
}
