<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Controllers;

use App\Http\Requests\GroupRequest;
use App\Http\Resources\GroupResource;
use App\Models\DeviceGroup;

class DeviceGroupController extends Controller
{
    protected string $resource = GroupResource::class;

    public function index()
    {
        return $this->page(DeviceGroup::query());
    }

    public function store(GroupRequest $request)
    {
        return $this->created(DeviceGroup::create($request->row()));
    }

    public function show(DeviceGroup $device_group)
    {
        return $this->one($device_group);
    }

    public function update(GroupRequest $request, DeviceGroup $device_group)
    {
        $device_group->update($request->row());

        return $this->updated($device_group);
    }

    public function destroy(DeviceGroup $device_group)
    {
        return $this->deleted($device_group);
    }
}
