<?php

// SPDX-License-Identifier: GPL-3.0-or-later

return [
    'default' => 'single',
    'channels' => ['single' => ['driver' => 'single', 'path' => storage_path('logs/laravel.log')]],
];
