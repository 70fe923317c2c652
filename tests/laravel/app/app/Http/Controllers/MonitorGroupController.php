<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Controllers;

use App\Http\Requests\GroupRequest;
use App\Http\Resources\GroupResource;
use App\Models\MonitorGroup;

class MonitorGroupController extends Controller
{
    protected string $resource = GroupResource::class;

    public function index()
    {
        return $this->page(MonitorGroup::query());
    }

    public function store(GroupRequest $request)
    {
        return $this->created(MonitorGroup::create($request->row()));
    }

    public function show(MonitorGroup $monitor_group)
    {
        return $this->one($monitor_group);
    }

    public function update(GroupRequest $request, MonitorGroup $monitor_group)
    {
        $monitor_group->update($request->row());

        return $this->updated($monitor_group);
    }

    public function destroy(MonitorGroup $monitor_group)
    {
        return $this->deleted($monitor_group);
    }
}
