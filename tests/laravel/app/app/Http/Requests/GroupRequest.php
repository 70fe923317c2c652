<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Requests;

class GroupRequest extends ColumnsRequest
{
    protected array $defaults = ['color' => '#6b7280'];

    protected function columns(): array
    {
        $table = $this->is('*/device-groups*') ? 'device_groups' : 'monitor_groups';

        return [
            'name' => ['required', 'string', 'max:255', ...$this->unique($table)],
            'color' => ['nullable', 'string', 'max:255'],
        ];
    }
}
