<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Jobs;

use App\Models\Device;
use Illuminate\Contracts\Queue\ShouldQueue;
use Illuminate\Foundation\Bus\Dispatchable;

class PollDevice implements ShouldQueue
{
    use Dispatchable;

    public function __construct(private Device $device)
    {
    }

    public function handle()
    {
        $status = $this->device->status === 'unknown' ? 'up' : $this->device->status;
        $this->device->update(['status' => $status, 'last_polled_at' => now()]);
    }
}
