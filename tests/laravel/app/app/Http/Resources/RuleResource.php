<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Resources;

abstract class RuleResource extends Resource
{
    /** The columns that say what a rule of this kind watches. */
    abstract protected function watched(): array;

    public function toArray($request)
    {
        return ['id' => $this->id, 'name' => $this->name] + $this->watched() + [
            'condition' => $this->condition,
            'threshold' => $this->threshold,
            'severity' => $this->severity,
            'consecutive_failures' => $this->consecutive_failures,
            'cooldown_minutes' => $this->cooldown_minutes,
            'notify_on_recovery' => $this->notify_on_recovery,
            'channel_ids' => $this->channels->pluck('id')->all(),
            'is_active' => $this->is_active,
        ];
    }
}
