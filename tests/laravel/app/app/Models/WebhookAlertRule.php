<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Models;

class WebhookAlertRule extends Rule
{
    protected array $selectable = [...Rule::SELECTABLE, 'payload_field'];

    /** Whether an event is what the rule waits for. */
    public function matches(array $payload): bool
    {
        $value = data_get($payload, $this->payload_field ?? 'status');
        $number = is_numeric($value) && is_numeric($this->threshold);
        $text = is_scalar($value) ? (string) $value : json_encode($value);

        return match ($this->condition) {
            'status_down' => $value === 'down',
            'status_up' => $value === 'up',
            'payload_eq' => $text === $this->threshold,
            'payload_ne' => $text !== $this->threshold,
            'payload_contains' => str_contains($text, (string) $this->threshold),
            'payload_gt' => $number && $value > $this->threshold,
            'payload_lt' => $number && $value < $this->threshold,
        };
    }
}
