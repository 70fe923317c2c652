<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Requests;

class DeviceRequest extends ColumnsRequest
{
    protected array $defaults = ['snmp_version' => '2c', 'poll_interval_seconds' => 60, 'is_active' => true];

    protected function columns(): array
    {
        $text = ['nullable', 'string', 'max:255'];

        return [
            'name' => ['required', 'string', 'max:255', ...$this->unique('devices')],
            'ip_address' => ['required', 'string', 'ip'],
            'snmp_version' => ['nullable', 'string', 'in:1,2c,3'],
            'device_type' => $text,
            'poll_interval_seconds' => ['nullable', 'integer'],
            'is_active' => ['nullable', 'boolean'],
            'device_group_id' => ['nullable', 'exists:device_groups,id'],
            'location' => $text,
            'snmp_community' => $text,
            'snmp_v3_user' => $text,
            'snmp_v3_auth_protocol' => $text,
            'snmp_v3_auth_password' => $text,
            'snmp_v3_priv_protocol' => $text,
            'snmp_v3_priv_password' => $text,
        ];
    }
}
