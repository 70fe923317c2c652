<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Models;

class Dashboard extends Model
{
    protected array $searched = ['name', 'description'];
    protected array $selectable = ['name', 'is_default'];
    protected $casts = ['is_default' => 'boolean'];

    public function widgets()
    {
        return $this->hasMany(Widget::class)->orderBy('id');
    }
}
