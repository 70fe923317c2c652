<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Requests;

class MonitorRequest extends ColumnsRequest
{
    /** The keys of config that the vendor's pages name or imply. */
    private const CONFIG = [
        'method', 'path', 'expected_status', 'expected_body_regex', 'ssl_verify', 'alert_ssl_expiry_days', 'follow_redirects', 'headers',
        'record_type',
    ];

    protected array $defaults = [
        'check_interval_seconds' => 60, 'timeout_ms' => 5000, 'is_active' => true, 'tags' => [], 'config' => [],
    ];

    protected function columns(): array
    {
        return [
            'name' => ['required', 'string', 'max:255', ...$this->unique('monitors')],
            'type' => ['required', 'string', 'in:ping,tcp,http,https,ssl,ssh,smtp,ftp,pop3,imap,dns,mysql,redis,snmp'],
            'host' => ['required', 'string', 'max:255'],
            'port' => ['nullable', 'integer', 'between:1,65535'],
            'check_interval_seconds' => ['nullable', 'integer', 'between:30,86400'],
            'timeout_ms' => ['nullable', 'integer'],
            'is_active' => ['nullable', 'boolean'],
            'monitor_group_id' => ['nullable', 'exists:monitor_groups,id'],
            'device_id' => ['nullable', 'exists:devices,id'],
            'tags' => ['nullable', 'array'],
            'tags.*' => ['string', 'max:255'],
            'config' => ['nullable', 'array'],
        ] + $this->configKeys();
    }

    /** Rules of their own for the keys of config: newer versions of the framework drop what has none. */
    private function configKeys(): array
    {
        if (config('acs.config-keys') === 'kept') {
            return [];
        }

        return array_fill_keys(array_map(fn ($key) => "config.$key", self::CONFIG), ['nullable']);
    }
}
