<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Requests;

abstract class RuleRequest extends ColumnsRequest
{
    protected array $defaults = [
        'severity' => 'warning', 'consecutive_failures' => 1, 'cooldown_minutes' => 5, 'notify_on_recovery' => true, 'is_active' => true,
    ];

    protected array $relations = ['channel_ids'];

    /** The conditions that a rule of this kind can have. */
    abstract protected function conditions(): array;

    /** The rules of what a rule of this kind watches. */
    abstract protected function watched(): array;

    protected function columns(): array
    {
        return $this->watched() + [
            'name' => ['required', 'string', 'max:255'],
            'condition' => ['required', 'string', 'in:' . implode(',', $this->conditions())],
            'threshold' => ['nullable', $this->scalar(...)],
            'severity' => ['nullable', 'string', 'in:info,warning,critical'],
            'consecutive_failures' => ['nullable', 'integer'],
            'cooldown_minutes' => ['nullable', 'integer'],
            'notify_on_recovery' => ['nullable', 'boolean'],
            'channel_ids' => ['nullable', 'array'],
            'channel_ids.*' => ['exists:alert_channels,id'],
            'is_active' => ['nullable', 'boolean'],
        ];
    }

    /** A text or a number. */
    private function scalar(string $name, $value, callable $fail): void
    {
        if (! is_string($value) && ! is_int($value) && ! is_float($value)) {
            $fail(trans('validation.string'));
        } elseif (mb_strlen((string) $value) > 255) {
            $fail(trans('validation.max.string', ['max' => 255]));
        }
    }

    /** The channels to sync, null for those that the row has. */
    public function channels(): ?array
    {
        if (! $this->has('channel_ids') && ! ($this->updates() && config('acs.put') === 'replace')) {
            return null;
        }
        $ids = array_values($this->validated()['channel_ids'] ?? []);

        return array_combine($ids, array_map(fn ($position) => ['position' => $position], array_keys($ids)));
    }
}
