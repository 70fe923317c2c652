<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http;

use Illuminate\Foundation\Http\Kernel as HttpKernel;
use Illuminate\Foundation\Http\Middleware\ConvertEmptyStringsToNull;
use Illuminate\Foundation\Http\Middleware\PreventRequestsDuringMaintenance;
use Illuminate\Foundation\Http\Middleware\ValidatePostSize;
use Illuminate\Routing\Middleware\SubstituteBindings;
use Illuminate\Routing\Middleware\ThrottleRequests;

class Kernel extends HttpKernel
{
    protected $middleware = [
        PreventRequestsDuringMaintenance::class,
        ValidatePostSize::class,
        Middleware\TrimStrings::class,
        ConvertEmptyStringsToNull::class,
    ];

    protected $middlewareGroups = [
        'api' => ['throttle:api', SubstituteBindings::class],
    ];

    protected $routeMiddleware = [
        'auth' => Middleware\Authenticate::class,
        'permission' => Middleware\CheckPermission::class,
        'throttle' => ThrottleRequests::class,
    ];
}
