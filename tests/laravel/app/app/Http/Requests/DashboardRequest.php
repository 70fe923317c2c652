<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Requests;

class DashboardRequest extends ColumnsRequest
{
    protected array $defaults = ['is_default' => false];

    protected function columns(): array
    {
        return [
            'name' => ['required', 'string', 'max:255', ...$this->unique('dashboards')],
            'description' => ['nullable', 'string', 'max:255'],
            'is_default' => ['nullable', 'boolean'],
        ];
    }
}
