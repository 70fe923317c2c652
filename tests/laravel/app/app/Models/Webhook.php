<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Models;

use Illuminate\Support\Str;

/**
 * Where a device pushes events to. Whoever knows the token can push.
 */
class Webhook extends Model
{
    protected array $searched = ['name', 'description'];
    protected array $selectable = ['name', 'is_active', 'last_received_at'];
    protected $casts = ['device_id' => 'integer', 'is_active' => 'boolean', 'last_received_at' => 'datetime'];

    protected static function booted()
    {
        static::creating(fn (Webhook $webhook) => $webhook->token = Str::random(40));
    }

    public function device()
    {
        return $this->belongsTo(Device::class);
    }

    public function events()
    {
        return $this->hasMany(WebhookEvent::class);
    }

    public function rules()
    {
        return $this->hasMany(WebhookAlertRule::class);
    }

    public function ingestUrl(): string
    {
        return url("api/v1/webhook-ingest/$this->token");
    }
}
