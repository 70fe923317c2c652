<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Middleware;

class TrimStrings extends \Illuminate\Foundation\Http\Middleware\TrimStrings
{
    protected $except = ['current_password', 'password', 'password_confirmation'];
}
