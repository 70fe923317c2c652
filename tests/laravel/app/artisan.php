<?php

// SPDX-License-Identifier: GPL-3.0-or-later

use Illuminate\Contracts\Console\Kernel;
use Symfony\Component\Console\Input\ArgvInput;
use Symfony\Component\Console\Output\ConsoleOutput;

$app = require __DIR__ . '/bootstrap/app.php';
exit($app->make(Kernel::class)->handle(new ArgvInput, new ConsoleOutput));
