<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Requests;

class WebhookAlertRuleRequest extends RuleRequest
{
    protected function conditions(): array
    {
        return ['status_down', 'status_up', 'payload_eq', 'payload_ne', 'payload_contains', 'payload_gt', 'payload_lt'];
    }

    protected function watched(): array
    {
        return ['payload_field' => ['nullable', 'string', 'max:255']];
    }
}
