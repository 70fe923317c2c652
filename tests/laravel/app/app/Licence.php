<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App;

use App\Models\Device;
use App\Models\Monitor;
use Illuminate\Validation\ValidationException;

/**
 * What the licence allows of devices and monitors together.
 */
class Licence
{
    public static function used(): int
    {
        return Device::withoutGlobalScope('seen')->count() + Monitor::count();
    }

    public static function cap(): ?int
    {
        return config('acs.licence_cap') ?: null;
    }

    public static function mustAllowOneMore(): void
    {
        if (static::cap() === null || static::used() < static::cap()) {
            return;
        }
        $message = 'Your licence allows ' . static::cap() . ' devices and monitors.';
        match (config('acs.licence')) {
            '403' => abort(403, $message),
            '422-message' => abort(422, $message),
            default => throw ValidationException::withMessages(['licence' => $message]),
        };
    }
}
