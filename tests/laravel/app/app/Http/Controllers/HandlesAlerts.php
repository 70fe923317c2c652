<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Controllers;

use App\Models\Model;
use Illuminate\Http\Request;

/**
 * Alerts are acknowledged and resolved, each once.
 */
trait HandlesAlerts
{
    private function handle(Request $request, Model $alert, string $status)
    {
        $request->validate(['note' => ['nullable', 'string', 'max:1000']]);
        if ($alert->status === $status && config('acs.repeated') === '200') {
            return $this->one($alert);
        }
        if ($alert->status === $status && config('acs.repeated') === '409') {
            abort(409, "The alert is already $status.");
        }
        if ($alert->status === $status || $alert->status === 'resolved') {
            return response()->json(['message' => "The alert is already $alert->status.", 'errors' => []], 422);
        }
        $alert->update(['status' => $status, "{$status}_at" => now()]);

        return $this->one($alert);
    }
}
