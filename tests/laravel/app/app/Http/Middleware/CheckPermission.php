<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Middleware;

use Closure;
use Illuminate\Http\Request;
use Illuminate\Support\Facades\Gate;

/**
 * Lets a request through whose user has a permission slug. Where the controllers ask themselves,
 * which is after the input was validated, it only notes the slug for them.
 */
class CheckPermission
{
    public function handle(Request $request, Closure $next, string $slug)
    {
        if (config('acs.refusals') === 'input-first') {
            $request->attributes->set('permission', $slug);
        } else {
            Gate::authorize($slug);
        }

        return $next($request);
    }
}
