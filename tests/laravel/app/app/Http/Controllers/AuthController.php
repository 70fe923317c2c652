<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Controllers;

use App\Http\Resources\MeResource;
use App\Models\PersonalAccessToken;
use App\Models\User;
use Illuminate\Http\Request;
use Illuminate\Support\Facades\Hash;
use Illuminate\Validation\ValidationException;

class AuthController extends Controller
{
    public function login(Request $request)
    {
        $given = $request->validate(['email' => ['required', 'email', 'max:255'], 'password' => ['required', 'string', 'max:255']]);
        $user = User::firstWhere('email', $given['email']);
        if (! $user || ! $user->password || ! Hash::check($given['password'], $user->password)) {
            if (config('acs.login-refused') === '401') {
                abort(401, 'Invalid credentials.');
            }
            throw ValidationException::withMessages(['email' => 'These credentials do not match our records.']);
        }

        return response()->json(['token' => PersonalAccessToken::issue($user), 'user' => $user->only('id', 'name', 'email')]);
    }

    public function logout(Request $request)
    {
        PersonalAccessToken::of($request->bearerToken())->delete();

        return response()->json(['message' => 'Logged out.']);
    }

    public function me(Request $request)
    {
        return new MeResource($request->user());
    }
}
