<?php

// SPDX-License-Identifier: GPL-3.0-or-later

return [
    'default' => 'pgsql',
    'connections' => [
        'pgsql' => [
            'driver' => 'pgsql',
            'host' => getenv('ACS_DB_HOST'),
            'port' => 5432,
            'database' => getenv('ACS_DB_NAME'),
            'username' => 'acs',
            'password' => '',
            'charset' => 'utf8',
            'search_path' => 'public',
        ],
    ],
    'migrations' => 'migrations',
];
