<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Requests;

use Illuminate\Support\Facades\Hash;

class UserRequest extends ColumnsRequest
{
    protected array $defaults = ['is_active' => true];

    protected array $relations = ['device_group_ids'];

    protected function columns(): array
    {
        $user = $this->route('user');

        return [
            'name' => ['required', 'string', 'max:255'],
            'email' => ['required', 'email', 'max:255', 'unique:users,email' . ($user ? ",$user->id" : '')],
            'role_id' => ['required', 'exists:roles,id'],
            'is_active' => ['nullable', 'boolean'],
            'device_group_ids' => ['nullable', 'array'],
            'device_group_ids.*' => ['exists:device_groups,id'],
        ];
    }

    /** A password is set at creation, and kept by an update that does not name one. */
    public function rules()
    {
        return parent::rules() + ['password' => [$this->updates() ? 'sometimes' : 'required', 'string', 'min:8']];
    }

    public function row(): array
    {
        $row = parent::row();
        if (isset($row['password'])) {
            $row['password'] = Hash::make($row['password']);
        }

        return $row;
    }

    /** The device groups to which the user is restricted, null for those that the user has. */
    public function deviceGroups(): ?array
    {
        if (! $this->has('device_group_ids') && ! ($this->updates() && config('acs.put') === 'replace')) {
            return null;
        }

        return $this->validated()['device_group_ids'] ?? [];
    }
}
