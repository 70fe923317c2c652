<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Resources;

use Carbon\CarbonInterface;
use Illuminate\Http\Resources\Json\JsonResource;

/**
 * What all rows share: how times, numbers and booleans are written, and what a list leaves out.
 */
abstract class Resource extends JsonResource
{
    public function resolve($request = null)
    {
        return $this->written(parent::resolve($request));
    }

    /** Gives the values of a row the form that the switches ask for, but for what is stored as JSON. */
    private function written(array $row): array
    {
        foreach ($row as $key => $value) {
            if (is_array($value) && in_array($key, ['config', 'payload', 'query_params', 'varbinds', 'tags', 'permissions', 'channel_ids', 'device_group_ids'], true)) {
                continue;
            }
            $row[$key] = is_array($value) ? $this->written($value) : $this->value($value, $key);
        }

        return $row;
    }

    private function value($value, $key)
    {
        return match (true) {
            is_bool($value) => config('acs.booleans') === 'integers' ? (int) $value : $value,
            is_int($value), is_float($value) => config('acs.numbers') === 'strings' ? (string) $value : $value,
            default => $value,
        };
    }

    protected function time(?CarbonInterface $time)
    {
        return static::moment($time, $this->listed());
    }

    public static function moment(?CarbonInterface $time, bool $listed = false)
    {
        $written = config('acs.times');
        if ($written === 'mixed') {
            $written = $listed ? 'microseconds' : 'z';
        }

        return match ($written) {
            'z' => $time?->format('Y-m-d\TH:i:s\Z'),
            'offset' => $time?->clone()->setTimezone('+02:00')->toIso8601String(),
            default => $time, // as Eloquent writes it
        };
    }

    /** A numeric column, which the database and the decimal cast give as text. */
    protected function decimal(?string $number)
    {
        return config('acs.numbers') === 'numbers' && $number !== null ? (float) $number : $number;
    }

    /** An object that is stored as JSON. */
    protected function object(?array $value)
    {
        return config('acs.empty-object') === 'object' && $value === [] ? (object) [] : $value;
    }

    /** Whether the row is one of a list. */
    protected function listed(): bool
    {
        return request()->isMethod('GET') && ! str_ends_with(request()->route()->getActionName(), '@show');
    }

    /** What a sparse list leaves out. */
    protected function detail(callable $value)
    {
        return $this->when(! ($this->listed() && config('acs.list-rows') === 'sparse'), $value);
    }

    /** What the official client's README does not have. */
    protected function extra(array $columns)
    {
        return $this->mergeWhen(config('acs.shapes') === 'full', $columns);
    }

    /** A row that this one belongs to: as an object, as a column, or as both. */
    protected function reference(string $name, $related, array $columns, bool $switched = true)
    {
        $form = $switched ? config('acs.references') : 'objects';

        return $this->merge(array_merge(
            $form !== 'objects' ? ["{$name}_id" => $this->{"{$name}_id"}] : [],
            $form !== 'ids' ? [$name => $related ? $related->only(['id', ...$columns]) : null] : [],
        ));
    }
}
