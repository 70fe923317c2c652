<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Controllers;

use App\Http\Resources\Resource;
use App\Licence;
use App\Models\AlertEvent;
use App\Models\Device;
use App\Models\Monitor;
use App\Models\MonitorEvent;

class SystemController extends Controller
{
    public function health()
    {
        return response()->json([
            'status' => 'ok',
            'checks' => ['database' => 'ok', 'queue' => 'ok', 'poller' => 'ok', 'probes' => 'ok'],
            'time' => Resource::moment(now()),
        ]);
    }

    public function stats()
    {
        $alerts = ['open', 'acknowledged', 'resolved'];

        return response()->json([
            'devices' => $this->count(Device::query(), ['up', 'down', 'unknown']),
            'monitors' => $this->count(Monitor::query(), ['up', 'down', 'degraded', 'unknown']),
            'alert_events' => $this->count(AlertEvent::query(), $alerts),
            'monitor_events' => $this->count(MonitorEvent::query(), $alerts),
            config('acs.licence-key') => ['cap' => Licence::cap(), 'used' => Licence::used()],
        ]);
    }

    private function count($query, array $statuses): array
    {
        $counts = ['total' => $query->clone()->count()];
        foreach ($statuses as $status) {
            $counts[$status] = $query->clone()->where('status', $status)->count();
        }

        return $counts;
    }
}
