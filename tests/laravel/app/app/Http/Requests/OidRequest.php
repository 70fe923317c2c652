<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Requests;

class OidRequest extends ColumnsRequest
{
    protected array $defaults = ['is_monitored' => true];

    protected function columns(): array
    {
        return [
            'name' => ['required', 'string', 'max:255'],
            'oid' => ['required', 'string', 'max:255'],
            'unit' => ['nullable', 'string', 'max:255'],
            'is_monitored' => ['nullable', 'boolean'],
        ];
    }
}
