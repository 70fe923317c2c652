<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Providers;

use App\Models\PersonalAccessToken;
use App\Models\User;
use Illuminate\Cache\RateLimiting\Limit;
use Illuminate\Foundation\Support\Providers\RouteServiceProvider;
use Illuminate\Http\Request;
use Illuminate\Http\Resources\Json\JsonResource;
use Illuminate\Support\Facades\Auth;
use Illuminate\Support\Facades\Event;
use Illuminate\Support\Facades\Gate;
use Illuminate\Support\Facades\RateLimiter;
use Illuminate\Support\Facades\Route;

class AppServiceProvider extends RouteServiceProvider
{
    public function boot()
    {
        if (config('acs.single') === 'bare') {
            JsonResource::withoutWrapping();
        }
        $this->app['validator']->excludeUnvalidatedArrayKeys(); // as newer versions do by themselves
        Auth::viaRequest('personal-access-token', function (Request $request) {
            $user = PersonalAccessToken::of($request->bearerToken())?->user;

            return $user?->is_active ? $user : null;
        });
        Gate::before(fn (User $user, string $slug) => in_array($slug, $user->permissions(), true));
        RateLimiter::for('api', fn (Request $request) => $this->limit('rate_limit', $request->user()->id ?? $request->ip()));
        RateLimiter::for('login', fn (Request $request) => $this->limit('login_limit', $request->ip()));
        if (config('acs.failing-listener')) {
            Event::listen(['eloquent.saved: *', 'eloquent.deleted: *'], fn () => throw new \RuntimeException('The mail server is away.'));
        }
        $this->routes(function () {
            Route::prefix('api/v1')->group(base_path('routes/api.php'));
            if (config('acs.guest') !== 'no-login') {
                Route::get('login', fn () => response('<form method="post"></form>'))->name('login');
            }
        });
    }

    private function limit(string $switch, $key): Limit
    {
        return config("acs.$switch") ? Limit::perMinute(config("acs.$switch"))->by($key) : Limit::none();
    }
}
