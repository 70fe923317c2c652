<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Requests;

use App\Permissions;

class RoleRequest extends ColumnsRequest
{
    protected array $defaults = ['permissions' => []];

    protected function columns(): array
    {
        return [
            'name' => ['sometimes', 'string', 'max:255'],
            'permissions' => ['required', 'array'],
            'permissions.*' => ['string', 'in:' . implode(',', Permissions::ALL)],
        ];
    }
}
