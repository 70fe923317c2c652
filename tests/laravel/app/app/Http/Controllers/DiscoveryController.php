<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Controllers;

use App\Http\Requests\DiscoveryRequest;
use App\Http\Resources\DeviceResource;
use App\Http\Resources\DiscoveryJobResource;
use App\Jobs\Discover;
use App\Licence;
use App\Models\Device;
use App\Models\DiscoveryJob;
use App\Models\DiscoveryResult;
use App\Models\Monitor;
use Illuminate\Support\Facades\DB;

class DiscoveryController extends Controller
{
    protected string $resource = DiscoveryJobResource::class;

    public function index()
    {
        return $this->page(DiscoveryJob::query());
    }

    public function store(DiscoveryRequest $request)
    {
        return $this->created(DiscoveryJob::create($request->row()));
    }

    public function show(DiscoveryJob $discovery)
    {
        return $this->one($discovery);
    }

    public function destroy(DiscoveryJob $discovery)
    {
        return $this->deleted($discovery);
    }

    public function run(DiscoveryJob $discovery)
    {
        $discovery->update(['status' => 'running', 'started_at' => now(), 'finished_at' => null]);
        Discover::dispatch($discovery);

        return $this->queued();
    }

    /** A result becomes a device, and each of its services a monitor. */
    public function import(DiscoveryResult $discovery_result)
    {
        abort_if($discovery_result->imported_at, 422, 'This result has already been imported.');
        Licence::mustAllowOneMore();
        $device = DB::transaction(function () use ($discovery_result) {
            $job = $discovery_result->job;
            $device = Device::create([
                'name' => $discovery_result->hostname ?? $discovery_result->ip_address,
                'ip_address' => $discovery_result->ip_address,
                'device_type' => $discovery_result->device_type,
            ] + $job->only('snmp_version', 'snmp_community', 'snmp_v3_user', 'snmp_v3_auth_protocol', 'snmp_v3_auth_password', 'snmp_v3_priv_protocol', 'snmp_v3_priv_password'));
            foreach ($discovery_result->services as $service) {
                Monitor::create([
                    'name' => "$device->name $service[name]",
                    'type' => $service['name'],
                    'host' => $device->ip_address,
                    'port' => $service['port'],
                    'device_id' => $device->id,
                ]);
            }
            $discovery_result->update(['imported_at' => now(), 'device_id' => $device->id]);

            return $device->refresh();
        });

        return (new DeviceResource($device))->response()->setStatusCode((int) config('acs.created'));
    }
}
