<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Resources;

class MonitorAlertRuleResource extends RuleResource
{
    protected function watched(): array
    {
        return ['monitor_id' => $this->monitor_id];
    }
}
