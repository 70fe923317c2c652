<?php

// SPDX-License-Identifier: GPL-3.0-or-later

return [
    'defaults' => ['guard' => 'token'],
    'guards' => ['token' => ['driver' => 'personal-access-token']],
];
