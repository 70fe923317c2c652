<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Models;

/**
 * What all kinds of alert rules share.
 */
abstract class Rule extends Model
{
    protected const SELECTABLE = [
        'name', 'condition', 'threshold', 'severity', 'consecutive_failures', 'cooldown_minutes', 'notify_on_recovery', 'is_active',
    ];

    protected $casts = [
        'threshold' => 'string',
        'device_id' => 'integer',
        'oid_id' => 'integer',
        'compare_oid_id' => 'integer',
        'monitor_id' => 'integer',
        'webhook_id' => 'integer',
        'consecutive_failures' => 'integer',
        'cooldown_minutes' => 'integer',
        'escalation_minutes' => 'integer',
        'notify_on_recovery' => 'boolean',
        'is_active' => 'boolean',
    ];
    protected $with = ['channels'];

    public function channels()
    {
        return $this->morphToMany(AlertChannel::class, 'rule', 'rule_channels')->orderByPivot('position');
    }
}
