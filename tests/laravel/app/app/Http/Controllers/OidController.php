<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Controllers;

use App\Http\Requests\OidRequest;
use App\Http\Resources\OidResource;
use App\Models\Device;
use App\Models\Oid;

class OidController extends Controller
{
    protected string $resource = OidResource::class;

    public function index(Device $device)
    {
        return $this->page($device->oids());
    }

    public function store(OidRequest $request, Device $device)
    {
        return $this->created($device->oids()->create($request->row()));
    }

    public function show(Oid $oid)
    {
        return $this->one($oid);
    }

    public function update(OidRequest $request, Oid $oid)
    {
        $oid->update($request->row());

        return $this->updated($oid);
    }

    public function destroy(Oid $oid)
    {
        return $this->deleted($oid);
    }

    public function toggle(Oid $oid)
    {
        $oid->update(['is_monitored' => ! $oid->is_monitored]);

        return $this->updated($oid);
    }
}
