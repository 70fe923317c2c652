<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Controllers;

use App\Http\Requests\DeviceRequest;
use App\Http\Resources\DeviceResource;
use App\Http\Resources\MetricResource;
use App\Http\Resources\AlertEventResource;
use App\Jobs\PollDevice;
use App\Jobs\WalkDevice;
use App\Licence;
use App\Models\AlertEvent;
use App\Models\Device;

class DeviceController extends Controller
{
    protected string $resource = DeviceResource::class;

    public function index()
    {
        return $this->page(Device::query());
    }

    public function store(DeviceRequest $request)
    {
        Licence::mustAllowOneMore();

        return $this->created(Device::create($request->row()));
    }

    public function show(Device $device)
    {
        return $this->one($device);
    }

    public function update(DeviceRequest $request, Device $device)
    {
        $device->update($request->row());

        return $this->updated($device);
    }

    public function destroy(Device $device)
    {
        return $this->deleted($device);
    }

    public function poll(Device $device)
    {
        PollDevice::dispatch($device);

        return $this->queued();
    }

    public function walk(Device $device)
    {
        WalkDevice::dispatch($device);

        return $this->queued();
    }

    public function alerts(Device $device)
    {
        return $this->page(AlertEvent::where('device_id', $device->id), AlertEventResource::class);
    }

    public function metrics(Device $device)
    {
        return $this->page($device->metrics(), MetricResource::class);
    }
}
