<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Controllers;

use App\Http\Requests\UserRequest;
use App\Http\Resources\UserResource;
use App\Models\User;
use Illuminate\Support\Facades\DB;

class UserController extends Controller
{
    protected string $resource = UserResource::class;

    public function index()
    {
        return $this->page(User::query());
    }

    public function store(UserRequest $request)
    {
        return $this->created($this->save(new User, $request));
    }

    public function show(User $user)
    {
        return $this->one($user);
    }

    public function update(UserRequest $request, User $user)
    {
        return $this->updated($this->save($user, $request));
    }

    public function destroy(User $user)
    {
        abort_if($user->is(request()->user()), 422, 'You cannot delete your own account.');

        return $this->deleted($user);
    }

    private function save(User $user, UserRequest $request): User
    {
        DB::transaction(function () use ($user, $request) {
            $user->fill($request->row())->save();
            if (($groups = $request->deviceGroups()) !== null) {
                $user->deviceGroups()->sync($groups);
            }
        });

        return $user;
    }
}
