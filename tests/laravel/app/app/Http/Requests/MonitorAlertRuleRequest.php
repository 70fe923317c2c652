<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Requests;

class MonitorAlertRuleRequest extends RuleRequest
{
    protected function conditions(): array
    {
        return ['status_down', 'response_time_gt', 'ssl_expiry_lt', 'body_mismatch'];
    }

    protected function watched(): array
    {
        return ['monitor_id' => ['nullable', 'exists:monitors,id']];
    }
}
