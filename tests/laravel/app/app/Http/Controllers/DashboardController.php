<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Controllers;

use App\Http\Requests\DashboardRequest;
use App\Http\Resources\DashboardResource;
use App\Models\Dashboard;

class DashboardController extends Controller
{
    protected string $resource = DashboardResource::class;

    public function index()
    {
        return $this->page(Dashboard::query());
    }

    public function store(DashboardRequest $request)
    {
        return $this->created(Dashboard::create($request->row()));
    }

    public function show(Dashboard $dashboard)
    {
        return $this->one($dashboard);
    }

    public function update(DashboardRequest $request, Dashboard $dashboard)
    {
        $dashboard->update($request->row());

        return $this->updated($dashboard);
    }

    public function destroy(Dashboard $dashboard)
    {
        return $this->deleted($dashboard);
    }
}
