<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Controllers;

use App\Http\Resources\AlertEventResource;
use App\Models\AlertEvent;
use Illuminate\Http\Request;

class AlertEventController extends Controller
{
    use HandlesAlerts;

    protected string $resource = AlertEventResource::class;

    public function index()
    {
        return $this->page(AlertEvent::query());
    }

    public function show(AlertEvent $alert_event)
    {
        return $this->one($alert_event);
    }

    public function acknowledge(Request $request, AlertEvent $alert_event)
    {
        return $this->handle($request, $alert_event, 'acknowledged');
    }

    public function resolve(Request $request, AlertEvent $alert_event)
    {
        return $this->handle($request, $alert_event, 'resolved');
    }
}
