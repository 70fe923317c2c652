<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Controllers;

use App\Http\Resources\SnmpTrapResource;
use App\Models\SnmpTrap;
use Illuminate\Http\Request;

class SnmpTrapController extends Controller
{
    use HandlesAlerts;

    protected string $resource = SnmpTrapResource::class;

    public function index()
    {
        return $this->page(SnmpTrap::query());
    }

    public function show(SnmpTrap $snmp_trap)
    {
        return $this->one($snmp_trap);
    }

    public function destroy(SnmpTrap $snmp_trap)
    {
        return $this->deleted($snmp_trap);
    }

    public function acknowledge(Request $request, SnmpTrap $snmp_trap)
    {
        return $this->handle($request, $snmp_trap, 'acknowledged');
    }
}
