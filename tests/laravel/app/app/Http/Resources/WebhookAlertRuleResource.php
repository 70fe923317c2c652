<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Resources;

class WebhookAlertRuleResource extends RuleResource
{
    protected function watched(): array
    {
        return ['webhook_id' => $this->webhook_id, 'payload_field' => $this->payload_field];
    }
}
