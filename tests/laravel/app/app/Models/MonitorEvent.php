<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Models;

use Illuminate\Database\Eloquent\Builder;

/**
 * An alert event of a monitor: in a table of its own, or in the one that both kinds share.
 */
class MonitorEvent extends AlertEvent
{
    public function getTable()
    {
        return config('acs.events') === 'apart' ? 'monitor_events' : 'alert_events';
    }

    protected static function booted()
    {
        static::addGlobalScope('monitors', fn (Builder $query) => $query->whereNotNull('monitor_id'));
    }
}
