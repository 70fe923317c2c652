<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Jobs;

use App\Models\DiscoveryJob;
use Illuminate\Contracts\Queue\ShouldQueue;
use Illuminate\Foundation\Bus\Dispatchable;

/**
 * What a scan finds: in each network a switch, and a server that serves the web and ssh.
 */
class Discover implements ShouldQueue
{
    use Dispatchable;

    public function __construct(private DiscoveryJob $job)
    {
    }

    public function handle()
    {
        $base = ip2long(strtok($this->job->subnet, '/'));
        $this->found($base + 1, 'switch', 'Example Switch OS 1.0', []);
        $this->found($base + 2, 'server', 'Linux 6.1', [['name' => 'ssh', 'port' => 22], ['name' => 'http', 'port' => 80]]);
        $this->job->update(['status' => 'completed', 'finished_at' => now()]);
    }

    /** Keeps what an earlier run found at the address. */
    private function found(int $address, string $type, string $description, array $services): void
    {
        $this->job->results()->updateOrCreate(['ip_address' => long2ip($address)], [
            'hostname' => "$type-" . ($address & 255) . '.example.com',
            'sys_descr' => $description,
            'device_type' => $type,
            'services' => $services,
        ]);
    }
}
