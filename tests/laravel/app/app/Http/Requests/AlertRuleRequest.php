<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Requests;

class AlertRuleRequest extends RuleRequest
{
    protected function conditions(): array
    {
        return ['gt', 'lt', 'eq', 'ne', 'contains', 'regex', 'pct_gt', 'pct_lt'];
    }

    protected function watched(): array
    {
        return [
            'device_id' => ['nullable', 'exists:devices,id'],
            'oid_id' => ['nullable', 'exists:oids,id'],
            'compare_oid_id' => ['nullable', 'exists:oids,id'],
            'escalation_minutes' => ['nullable', 'integer'],
        ];
    }
}
