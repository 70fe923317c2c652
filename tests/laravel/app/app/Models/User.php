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
    protected $casts = ['role_id' => 'integer'];
    protected $with = ['role'];

    public function role()
    {
        return $this->belongsTo(Role::class);
    }

    public function permissions(): array
    {
        return $this->role->permissions ?? [];
    }
}
