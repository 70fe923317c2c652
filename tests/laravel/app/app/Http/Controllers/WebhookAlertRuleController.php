<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Controllers;

use App\Http\Requests\WebhookAlertRuleRequest;
use App\Http\Resources\WebhookAlertRuleResource;
use App\Models\Device;
use App\Models\Webhook;
use App\Models\WebhookAlertRule;

class WebhookAlertRuleController extends Controller
{
    use SavesRules;

    protected string $resource = WebhookAlertRuleResource::class;

    public function index(Device $device, Webhook $webhook)
    {
        return $this->page($webhook->rules());
    }

    public function store(WebhookAlertRuleRequest $request, Device $device, Webhook $webhook)
    {
        return $this->created($this->save($webhook->rules()->make(), $request));
    }

    public function update(WebhookAlertRuleRequest $request, Device $device, Webhook $webhook, WebhookAlertRule $rule)
    {
        return $this->updated($this->save($rule, $request));
    }

    public function destroy(Device $device, Webhook $webhook, WebhookAlertRule $rule)
    {
        return $this->deleted($rule);
    }
}
