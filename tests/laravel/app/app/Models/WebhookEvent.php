<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Models;

class WebhookEvent extends Model
{
    protected array $searched = ['source_ip'];
    protected array $selectable = ['method', 'source_ip', 'received_at'];
    protected $casts = ['webhook_id' => 'integer', 'payload' => 'array', 'query_params' => 'array', 'received_at' => 'datetime'];
}
