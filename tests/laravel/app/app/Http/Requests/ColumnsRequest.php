<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Requests;

use Illuminate\Foundation\Http\FormRequest;
use Illuminate\Support\Arr;

/**
 * A form request whose rules belong to the columns of one row, for a create and for an update.
 */
abstract class ColumnsRequest extends FormRequest
{
    /** Each column's rules, as a create needs them. */
    abstract protected function columns(): array;

    /** What an update that replaces the row gives to the columns that it leaves out; else null. */
    protected array $defaults = [];

    /** The columns that are no columns of the row's table. */
    protected array $relations = [];

    public function rules()
    {
        $rules = $this->columns();
        if ($this->updates() && config('acs.put') === 'merge') {
            foreach ($rules as $column => $list) {
                $rules[$column] = ['sometimes', ...$list];
            }
        }

        return $rules;
    }

    /** The columns to store. */
    public function row(): array
    {
        $row = Arr::except($this->validated(), $this->relations);
        if ($this->updates() && config('acs.put') === 'replace') {
            $all = array_filter(array_keys($this->columns()), fn ($name) => ! str_contains($name, '.'));
            $row += array_merge(array_fill_keys(array_diff($all, $this->relations), null), $this->defaults);
        }
        // What cannot be null in the table has its default where null was sent.
        foreach ($row as $name => $value) {
            if ($value === null && isset($this->defaults[$name])) {
                $row[$name] = $this->defaults[$name];
            }
        }

        return $row;
    }

    protected function updates(): bool
    {
        return $this->isMethod('PUT') || $this->isMethod('PATCH');
    }

    /** The rule of names, which is not known to be unique. */
    protected function unique(string $table): array
    {
        if (config('acs.names') !== 'unique') {
            return [];
        }
        $row = $this->updates() ? current($this->route()->parameters()) : null;

        return ["unique:$table,name" . ($row ? ",$row->id" : '')];
    }
}
