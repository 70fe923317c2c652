<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Requests;

class DiscoveryRequest extends ColumnsRequest
{
    protected array $defaults = ['snmp_version' => '2c'];

    protected function columns(): array
    {
        $text = ['nullable', 'string', 'max:255'];

        return [
            'name' => $text,
            'subnet' => ['required', 'string', 'regex:~^[0-9.]+/(1[6-9]|2\d|3[0-2])$~'],
            'snmp_version' => ['nullable', 'string', 'in:1,2c,3'],
            'schedule' => ['nullable', 'string', 'regex:~^(\S+\s+){4}\S+$~'],
            'snmp_community' => $text,
            'snmp_v3_user' => $text,
            'snmp_v3_auth_protocol' => $text,
            'snmp_v3_auth_password' => $text,
            'snmp_v3_priv_protocol' => $text,
            'snmp_v3_priv_password' => $text,
        ];
    }
}
