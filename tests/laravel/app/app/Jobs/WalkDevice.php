<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Jobs;

use App\Models\Device;
use App\Models\Oid;
use Illuminate\Contracts\Queue\ShouldQueue;
use Illuminate\Foundation\Bus\Dispatchable;

class WalkDevice implements ShouldQueue
{
    use Dispatchable;

    // What every device of this application has: a name and a unit by OID.
    private const FOUND = [
        '1.3.6.1.2.1.1.3.0' => ['sysUpTime', 'ticks'],
        '1.3.6.1.2.1.2.2.1.10.1' => ['ifInOctets.1', 'octets'],
        '1.3.6.1.2.1.2.2.1.16.1' => ['ifOutOctets.1', 'octets'],
    ];

    public function __construct(private Device $device)
    {
    }

    public function handle()
    {
        (new PollDevice($this->device))->handle();
        foreach (self::FOUND as $oid => [$name, $unit]) {
            Oid::firstOrCreate(
                ['device_id' => $this->device->id, 'oid' => $oid],
                ['name' => $name, 'unit' => $unit, 'is_monitored' => false],
            );
        }
    }
}
