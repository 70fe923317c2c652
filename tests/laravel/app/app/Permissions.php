<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App;

/**
 * The permission slugs that roles can have.
 */
class Permissions
{
    public const ALL = [
        'alerts.acknowledge', 'alerts.create', 'alerts.delete', 'alerts.edit', 'alerts.view',
        'channels.create', 'channels.delete', 'channels.edit', 'channels.view',
        'dashboards.create', 'dashboards.delete', 'dashboards.edit', 'dashboards.view',
        'devices.create', 'devices.delete', 'devices.edit', 'devices.view',
        'discovery.create', 'discovery.run', 'discovery.view',
        'mibs.delete', 'mibs.upload', 'mibs.view',
        'monitors.create', 'monitors.delete', 'monitors.edit', 'monitors.run_tools', 'monitors.view',
        'roles.manage', 'settings.view',
        'users.create', 'users.delete', 'users.edit', 'users.view',
    ];
}
