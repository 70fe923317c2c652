<?php

// SPDX-License-Identifier: GPL-3.0-or-later

return [
    'default' => 'file',
    'stores' => ['file' => ['driver' => 'file', 'path' => storage_path('framework/cache')]],
    'prefix' => 'acs',
];
