<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Controllers;

use App\Models\AlertEvent;
use App\Models\Webhook;
use App\Models\WebhookAlertRule;
use Illuminate\Http\Request;

/**
 * Takes what is pushed to a webhook, and lets the webhook's rules look at it.
 */
class IngestController extends Controller
{
    public function __invoke(Request $request, string $token)
    {
        $webhook = Webhook::where('token', $token)->where('is_active', true)->firstOrFail();
        $event = $webhook->events()->create([
            'method' => $request->method(),
            'payload' => $request->isMethod('POST') ? $request->json()->all() : [],
            'query_params' => $request->query(),
            'source_ip' => $request->ip(),
            'received_at' => now(),
        ]);
        $webhook->update(['last_received_at' => $event->received_at]);
        foreach ($webhook->rules()->where('is_active', true)->get() as $rule) {
            $this->judge($rule, $webhook, $event->payload);
        }

        return response()->json(['message' => 'Event received.']);
    }

    /** Opens an alert, or closes the one that is open. */
    private function judge(WebhookAlertRule $rule, Webhook $webhook, array $payload): void
    {
        $alerts = AlertEvent::where('webhook_alert_rule_id', $rule->id)->where('status', '!=', 'resolved');
        if (! $rule->matches($payload)) {
            $alerts->update(['status' => 'resolved', 'resolved_at' => now()]);
        } elseif (! $alerts->exists()) {
            AlertEvent::create([
                'severity' => $rule->severity,
                'device_id' => $webhook->device_id,
                'webhook_id' => $webhook->id,
                'webhook_alert_rule_id' => $rule->id,
                'current_value' => data_get($payload, $rule->payload_field ?? 'status'),
                'triggered_at' => now(),
            ]);
        }
    }
}
