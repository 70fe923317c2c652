<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Requests;

class AlertChannelRequest extends ColumnsRequest
{
    protected array $defaults = ['config' => [], 'is_active' => true];

    protected function columns(): array
    {
        return [
            'name' => ['required', 'string', 'max:255'],
            'type' => ['required', 'string', 'in:email,sms,slack,webhook'],
            'config' => ['nullable', 'array'],
            'secret' => ['nullable', 'string', 'max:255'],
            'is_active' => ['nullable', 'boolean'],
        ];
    }
}
