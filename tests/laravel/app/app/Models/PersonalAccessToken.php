<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Models;

use Illuminate\Support\Str;

/**
 * A token as clients show it is the row's id, a bar and a secret; only the secret's hash is stored.
 */
class PersonalAccessToken extends Model
{
    public function user()
    {
        return $this->belongsTo(User::class);
    }

    public static function issue(User $user): string
    {
        $row = static::create(['user_id' => $user->id, 'hash' => hash('sha256', $secret = Str::random(40))]);

        return "$row->id|$secret";
    }

    public static function of(?string $token): ?self
    {
        [$id, $secret] = explode('|', $token ?? '', 2) + [null, null];
        $row = preg_match('/^\d{1,18}$/', $id) ? static::find($id) : null;

        return $row && hash_equals($row->hash, hash('sha256', $secret)) ? $row : null;
    }
}
