<?php

// SPDX-License-Identifier: GPL-3.0-or-later

use App\Http\Controllers as C;
use Illuminate\Support\Facades\Route;
use Illuminate\Support\Str;

// The routes of a list and of its rows, each with the permission slug that it needs.
$resource = function (string $list, string $item, string $controller, array $slugs) {
    $verbs = [
        'index' => [['GET'], $list, 'view'],
        'store' => [['POST'], $list, 'create'],
        'show' => [['GET'], $item, 'view'],
        'update' => [['PUT', 'PATCH'], $item, 'edit'],
        'destroy' => [['DELETE'], $item, 'delete'],
    ];
    foreach ($verbs as $method => [$http, $path, $verb]) {
        if (isset($slugs[$verb]) && method_exists($controller, $method)) {
            Route::match($http, $path, [$controller, $method])->middleware("permission:$slugs[$verb]")->scopeBindings();
        }
    }
};
$slugs = fn (string $prefix) => ['view' => "$prefix.view", 'create' => "$prefix.create", 'edit' => "$prefix.edit", 'delete' => "$prefix.delete"];
$action = fn (string $http, string $path, string $controller, string $method, string $slug) => Route::match(
    [$http], $path, [$controller, $method]
)->middleware("permission:$slug")->scopeBindings();

Route::post('auth/login', [C\AuthController::class, 'login'])->middleware('throttle:login');
Route::match(['GET', 'POST'], 'webhook-ingest/{token}', C\IngestController::class)->middleware('api');

Route::middleware(['auth', 'api'])->group(function () use ($resource, $slugs, $action) {
    Route::post('auth/logout', [C\AuthController::class, 'logout']);
    Route::get('auth/me', [C\AuthController::class, 'me']);

    $resource('devices', 'devices/{device}', C\DeviceController::class, $slugs('devices'));
    $resource('device-groups', 'device-groups/{device_group}', C\DeviceGroupController::class, $slugs('devices'));
    $resource('devices/{device}/oids', 'oids/{oid}', C\OidController::class, ['create' => 'devices.edit'] + $slugs('devices'));
    $resource('monitors', 'monitors/{monitor}', C\MonitorController::class, $slugs('monitors'));
    $resource('monitor-groups', 'monitor-groups/{monitor_group}', C\MonitorGroupController::class, $slugs('monitors'));
    $resource('alert-rules', 'alert-rules/{alert_rule}', C\AlertRuleController::class, $slugs('alerts'));
    $resource('monitor-alert-rules', 'monitor-alert-rules/{monitor_alert_rule}', C\MonitorAlertRuleController::class, $slugs('alerts'));
    $resource('alert-channels', 'alert-channels/{alert_channel}', C\AlertChannelController::class, $slugs('channels'));
    $resource('alert-events', 'alert-events/{alert_event}', C\AlertEventController::class, $slugs('alerts'));

    foreach (['poll', 'walk'] as $verb) {
        $action('POST', "devices/{device}/$verb", C\DeviceController::class, $verb, 'devices.edit');
    }
    $action('GET', 'devices/{device}/metrics', C\DeviceController::class, 'metrics', 'devices.view');
    if (config('acs.device-alerts') === 'served') {
        $action('GET', 'devices/{device}/alerts', C\DeviceController::class, 'alerts', 'devices.view');
    }
    $action('POST', 'oids/{oid}/toggle-monitor', C\OidController::class, 'toggle', 'devices.edit');
    $action('POST', 'monitors/{monitor}/check', C\MonitorController::class, 'check', 'monitors.edit');
    $action('GET', 'monitors/{monitor}/results', C\MonitorController::class, 'results', 'monitors.view');
    $action('GET', 'monitors/{monitor}/uptime', C\MonitorController::class, 'uptime', 'monitors.view');
    $action('POST', 'alert-channels/{alert_channel}/test', C\AlertChannelController::class, 'test', 'channels.edit');
    foreach (['acknowledge', 'resolve'] as $verb) {
        $action('POST', "alert-events/{alert_event}/$verb", C\AlertEventController::class, $verb, 'alerts.acknowledge');
    }
    if (config('acs.events') !== 'one-list') {
        $resource('monitor-events', 'monitor-events/{monitor_event}', C\MonitorEventController::class, $slugs('alerts'));
        foreach (['acknowledge', 'resolve'] as $verb) {
            $action('POST', "monitor-events/{monitor_event}/$verb", C\MonitorEventController::class, $verb, 'alerts.acknowledge');
        }
    }

    $resource('devices/{device}/webhooks', 'devices/{device}/webhooks/{webhook}', C\WebhookController::class, $slugs('devices'));
    $action('POST', 'devices/{device}/webhooks/{webhook}/toggle', C\WebhookController::class, 'toggle', 'devices.edit');
    $action('GET', 'devices/{device}/webhooks/{webhook}/events', C\WebhookController::class, 'events', 'devices.view');
    $rules = 'devices/{device}/webhooks/{webhook}/alert-rules';
    $resource($rules, "$rules/{rule}", C\WebhookAlertRuleController::class, $slugs('alerts'));
    $resource('snmp-traps', 'snmp-traps/{snmp_trap}', C\SnmpTrapController::class, $slugs('devices'));
    $action('POST', 'snmp-traps/{snmp_trap}/acknowledge', C\SnmpTrapController::class, 'acknowledge', 'alerts.acknowledge');
    $resource('discovery', 'discovery/{discovery}', C\DiscoveryController::class, ['delete' => 'discovery.create'] + $slugs('discovery'));
    $action('POST', 'discovery/{discovery}/run', C\DiscoveryController::class, 'run', 'discovery.run');
    $action('POST', 'discovery-results/{discovery_result}/import', C\DiscoveryController::class, 'import', 'discovery.create');
    foreach (['ping', 'traceroute', 'port-scan', 'ssl-check', 'http-headers', 'dns-lookup', 'whois'] as $tool) {
        $action('POST', "tools/$tool", C\ToolController::class, Str::camel($tool), 'monitors.run_tools');
    }

    $resource('users', 'users/{user}', C\UserController::class, $slugs('users'));
    $resource('roles', 'roles/{role}', C\RoleController::class, ['view' => 'roles.manage', 'edit' => 'roles.manage']);
    $resource('mibs', 'mibs/{mib}', C\MibController::class, ['create' => 'mibs.upload'] + $slugs('mibs'));
    $resource('dashboards', 'dashboards/{dashboard}', C\DashboardController::class, $slugs('dashboards'));
    $resource('dashboards/{dashboard}/widgets', 'widgets/{widget}', C\WidgetController::class, ['create' => 'dashboards.edit', 'delete' => 'dashboards.edit'] + $slugs('dashboards'));
    $action('POST', 'widgets/positions', C\WidgetController::class, 'positions', 'dashboards.edit');

    $action('GET', 'system/health', C\SystemController::class, 'health', 'settings.view');
    $action('GET', 'system/stats', C\SystemController::class, 'stats', 'settings.view');
});
