<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Controllers;

use App\Http\Requests\AlertChannelRequest;
use App\Http\Resources\AlertChannelResource;
use App\Models\AlertChannel;

class AlertChannelController extends Controller
{
    protected string $resource = AlertChannelResource::class;

    public function index()
    {
        return $this->page(AlertChannel::query());
    }

    public function store(AlertChannelRequest $request)
    {
        return $this->created(AlertChannel::create($request->row()));
    }

    public function show(AlertChannel $alert_channel)
    {
        return $this->one($alert_channel);
    }

    public function update(AlertChannelRequest $request, AlertChannel $alert_channel)
    {
        $alert_channel->update($request->row());

        return $this->updated($alert_channel);
    }

    public function destroy(AlertChannel $alert_channel)
    {
        return $this->deleted($alert_channel);
    }

    public function test(AlertChannel $alert_channel)
    {
        return response()->json(['message' => 'Test notification sent.']);
    }
}
