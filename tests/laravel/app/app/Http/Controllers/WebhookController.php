<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Controllers;

use App\Http\Requests\WebhookRequest;
use App\Http\Resources\WebhookEventResource;
use App\Http\Resources\WebhookResource;
use App\Models\Device;
use App\Models\Webhook;

class WebhookController extends Controller
{
    protected string $resource = WebhookResource::class;

    public function index(Device $device)
    {
        return $this->page($device->webhooks());
    }

    public function store(WebhookRequest $request, Device $device)
    {
        return $this->created($device->webhooks()->create($request->row()));
    }

    public function show(Device $device, Webhook $webhook)
    {
        return $this->one($webhook);
    }

    public function update(WebhookRequest $request, Device $device, Webhook $webhook)
    {
        $webhook->update($request->row());

        return $this->updated($webhook);
    }

    public function destroy(Device $device, Webhook $webhook)
    {
        return $this->deleted($webhook);
    }

    public function toggle(Device $device, Webhook $webhook)
    {
        $webhook->update(['is_active' => ! $webhook->is_active]);

        return $this->updated($webhook);
    }

    public function events(Device $device, Webhook $webhook)
    {
        return $this->page($webhook->events()->latest('id'), WebhookEventResource::class);
    }
}
