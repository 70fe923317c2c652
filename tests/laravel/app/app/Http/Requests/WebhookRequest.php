<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Requests;

class WebhookRequest extends ColumnsRequest
{
    protected array $defaults = ['is_active' => true];

    protected function columns(): array
    {
        return [
            'name' => ['required', 'string', 'max:255'],
            'description' => ['nullable', 'string', 'max:255'],
        ] + (config('acs.switches') === 'put' ? ['is_active' => ['nullable', 'boolean']] : []);
    }
}
