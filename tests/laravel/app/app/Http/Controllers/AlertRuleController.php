<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Controllers;

use App\Http\Requests\AlertRuleRequest;
use App\Http\Resources\AlertRuleResource;
use App\Models\AlertRule;

class AlertRuleController extends Controller
{
    use SavesRules;

    protected string $resource = AlertRuleResource::class;

    public function index()
    {
        return $this->page(AlertRule::query());
    }

    public function store(AlertRuleRequest $request)
    {
        return $this->created($this->save(new AlertRule, $request));
    }

    public function show(AlertRule $alert_rule)
    {
        return $this->one($alert_rule);
    }

    public function update(AlertRuleRequest $request, AlertRule $alert_rule)
    {
        return $this->updated($this->save($alert_rule, $request));
    }

    public function destroy(AlertRule $alert_rule)
    {
        return $this->deleted($alert_rule);
    }
}
