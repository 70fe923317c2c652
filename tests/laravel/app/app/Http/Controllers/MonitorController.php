<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Controllers;

use App\Http\Requests\MonitorRequest;
use App\Http\Resources\MonitorResource;
use App\Http\Resources\MonitorResultResource;
use App\Jobs\CheckMonitor;
use App\Licence;
use App\Models\Monitor;
use Illuminate\Http\Request;

class MonitorController extends Controller
{
    protected string $resource = MonitorResource::class;

    public function index()
    {
        return $this->page(Monitor::query());
    }

    public function store(MonitorRequest $request)
    {
        Licence::mustAllowOneMore();

        return $this->created(Monitor::create($request->row()));
    }

    public function show(Monitor $monitor)
    {
        return $this->one($monitor);
    }

    public function update(MonitorRequest $request, Monitor $monitor)
    {
        $monitor->update($request->row());

        return $this->updated($monitor);
    }

    public function destroy(Monitor $monitor)
    {
        return $this->deleted($monitor);
    }

    public function check(Monitor $monitor)
    {
        CheckMonitor::dispatch($monitor);

        return $this->queued();
    }

    public function results(Monitor $monitor)
    {
        if (config('acs.results') === 'data') {
            return response()->json(['data' => MonitorResultResource::collection($monitor->results()->latest('id')->get())->map->resolve()]);
        }

        return $this->page($monitor->results()->latest('id'), MonitorResultResource::class);
    }

    public function uptime(Request $request, Monitor $monitor)
    {
        $window = $request->validate(['window' => ['nullable', 'in:7d,30d']])['window'] ?? '30d';
        $percent = $monitor->{"uptime_percent_$window"};
        $total = $percent === null ? 0 : intdiv((int) $window * 86400, max($monitor->check_interval_seconds, 1));

        return response()->json([
            'uptime_percent' => $percent === null ? null : (float) $percent,
            'total_checks' => $total,
            'failed_checks' => (int) round($total * (100 - (float) $percent) / 100),
            'window' => $window,
        ]);
    }
}
