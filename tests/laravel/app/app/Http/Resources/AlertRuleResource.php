<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Resources;

class AlertRuleResource extends RuleResource
{
    protected function watched(): array
    {
        return ['device_id' => $this->device_id, 'oid_id' => $this->oid_id, 'compare_oid_id' => $this->compare_oid_id, 'escalation_minutes' => $this->escalation_minutes];
    }
}
