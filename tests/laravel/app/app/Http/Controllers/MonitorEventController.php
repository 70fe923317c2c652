<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Controllers;

use App\Http\Resources\AlertEventResource;
use App\Models\MonitorEvent;
use Illuminate\Http\Request;

class MonitorEventController extends Controller
{
    use HandlesAlerts;

    protected string $resource = AlertEventResource::class;

    public function index()
    {
        return $this->page(MonitorEvent::query());
    }

    public function show(MonitorEvent $monitor_event)
    {
        return $this->one($monitor_event);
    }

    public function acknowledge(Request $request, MonitorEvent $monitor_event)
    {
        return $this->handle($request, $monitor_event, 'acknowledged');
    }

    public function resolve(Request $request, MonitorEvent $monitor_event)
    {
        return $this->handle($request, $monitor_event, 'resolved');
    }
}
