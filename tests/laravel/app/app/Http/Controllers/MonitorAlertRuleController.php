<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Controllers;

use App\Http\Requests\MonitorAlertRuleRequest;
use App\Http\Resources\MonitorAlertRuleResource;
use App\Models\MonitorAlertRule;

class MonitorAlertRuleController extends Controller
{
    use SavesRules;

    protected string $resource = MonitorAlertRuleResource::class;

    public function index()
    {
        return $this->page(MonitorAlertRule::query());
    }

    public function store(MonitorAlertRuleRequest $request)
    {
        return $this->created($this->save(new MonitorAlertRule, $request));
    }

    public function show(MonitorAlertRule $monitor_alert_rule)
    {
        return $this->one($monitor_alert_rule);
    }

    public function update(MonitorAlertRuleRequest $request, MonitorAlertRule $monitor_alert_rule)
    {
        return $this->updated($this->save($monitor_alert_rule, $request));
    }

    public function destroy(MonitorAlertRule $monitor_alert_rule)
    {
        return $this->deleted($monitor_alert_rule);
    }
}
