<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Controllers;

use App\Http\Requests\RuleRequest;
use App\Models\Rule;
use Illuminate\Support\Facades\DB;

/**
 * Rules are saved together with the channels that they notify.
 */
trait SavesRules
{
    private function save(Rule $rule, RuleRequest $request): Rule
    {
        DB::transaction(function () use ($rule, $request) {
            $rule->fill($request->row())->save();
            if (($channels = $request->channels()) !== null) {
                $rule->channels()->sync($channels);
            }
        });

        return $rule;
    }
}
