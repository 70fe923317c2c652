<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Controllers;

use Illuminate\Http\Request;

/**
 * The network tools. What they find is made up: nothing leaves this machine.
 */
class ToolController extends Controller
{
    public function ping(Request $request)
    {
        $given = $this->given($request, ['count' => ['nullable', 'integer', 'between:1,20']]);
        $sent = $given['count'] ?? 4;

        return $this->found($given, ['sent' => $sent, 'received' => $sent, 'loss_percent' => 0, 'avg_ms' => 1.5]);
    }

    public function traceroute(Request $request)
    {
        $given = $this->given($request, ['max_hops' => ['nullable', 'integer', 'between:1,64']]);

        return $this->found($given, ['hops' => [['hop' => 1, 'address' => '192.0.2.1', 'ms' => 0.5]]]);
    }

    public function portScan(Request $request)
    {
        $given = $this->given($request, ['ports' => ['nullable']]);

        return $this->found($given, ['ports' => [['port' => 443, 'state' => 'open']]]);
    }

    public function sslCheck(Request $request)
    {
        $given = $this->given($request, ['port' => ['nullable', 'integer', 'between:1,65535']]);

        return $this->found($given, ['valid' => true, 'issuer' => 'Example CA', 'expires_at' => '2027-01-01T00:00:00Z']);
    }

    public function httpHeaders(Request $request)
    {
        $given = $request->validate(['url' => ['required', 'url']]);

        return $this->found($given, ['status' => 200, 'headers' => ['content-type' => 'text/html']]);
    }

    public function dnsLookup(Request $request)
    {
        $given = $this->given($request, ['type' => ['nullable', 'in:A,AAAA,MX,CNAME,TXT,NS,SOA']]);

        return $this->found($given, ['records' => [['type' => $given['type'] ?? 'A', 'value' => '192.0.2.7', 'ttl' => 300]]]);
    }

    public function whois(Request $request)
    {
        $given = $request->validate(['domain' => ['required', 'string', 'max:255']]);

        return $this->found($given, ['raw' => "Domain Name: $given[domain]\n"]);
    }

    private function given(Request $request, array $rules): array
    {
        return $request->validate(['host' => ['required', 'string', 'max:255']] + $rules);
    }

    private function found(array $given, array $result)
    {
        return response()->json(array_merge($given, $result));
    }
}
