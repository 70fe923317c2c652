<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Controllers;

use App\Http\Requests\RoleRequest;
use App\Http\Resources\RoleResource;
use App\Models\Role;

class RoleController extends Controller
{
    protected string $resource = RoleResource::class;

    public function index()
    {
        return $this->page(Role::query());
    }

    public function show(Role $role)
    {
        return $this->one($role);
    }

    public function update(RoleRequest $request, Role $role)
    {
        $role->update($request->row());

        return $this->updated($role);
    }
}
