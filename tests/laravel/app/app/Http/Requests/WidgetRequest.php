<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Requests;

class WidgetRequest extends ColumnsRequest
{
    protected array $defaults = ['config' => [], 'x' => 0, 'y' => 0, 'w' => 4, 'h' => 3];

    protected function columns(): array
    {
        $cells = ['nullable', 'integer', 'between:0,1000'];

        return [
            'type' => ['required', 'string', 'max:255'],
            'title' => ['nullable', 'string', 'max:255'],
            'config' => ['nullable', 'array'],
            'x' => $cells,
            'y' => $cells,
            'w' => $cells,
            'h' => $cells,
        ];
    }
}
