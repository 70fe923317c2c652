<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Models;

use Illuminate\Auth\Authenticatable;
use Illuminate\Contracts\Auth\Access\Authorizable as AuthorizableContract;
use Illuminate\Contracts\Auth\Authenticatable as AuthenticatableContract;
use Illuminate\Foundation\Auth\Access\Authorizable;

class User extends Model implements AuthenticatableContract, AuthorizableContract
{
    use Authenticatable, Authorizable;

    protected array $searched = ['name', 'email'];
    protected array $selectable = ['name', 'email', 'role_id'];
    protected $casts = ['role_id' => 'integer', 'is_active' => 'boolean'];
    protected $with = ['role'];

    public function role()
    {
        return $this->belongsTo(Role::class);
    }

    /** The groups to whose devices the user is restricted. */
    public function deviceGroups()
    {
        return $this->belongsToMany(DeviceGroup::class)->orderBy('device_groups.id');
    }

    /** The ids of these groups, null for a user who sees everything, as an administrator does. */
    public function seenGroups(): ?array
    {
        $groups = $this->deviceGroups->modelKeys();

        return $groups === [] || ($this->role->name ?? '') === 'admin' ? null : $groups;
    }

    public function permissions(): array
    {
        return $this->role->permissions ?? [];
    }
}
