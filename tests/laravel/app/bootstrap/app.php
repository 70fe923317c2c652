<?php

// SPDX-License-Identifier: GPL-3.0-or-later

// The application: the framework as the system packages it, and what is in app/.

use Illuminate\Contracts;
use Illuminate\Foundation\Application;

require_once 'Illuminate/autoload.php';

spl_autoload_register(function (string $class) {
    $file = dirname(__DIR__) . '/app/' . strtr(substr($class, 4), '\\', '/') . '.php';
    if (str_starts_with($class, 'App\\') && is_file($file)) {
        require $file;
    }
});

$app = new Application(dirname(__DIR__));
$app->useStoragePath(getenv('ACS_STORAGE'));
$app->singleton(Contracts\Http\Kernel::class, App\Http\Kernel::class);
$app->singleton(Contracts\Console\Kernel::class, App\Console\Kernel::class);
$app->singleton(Contracts\Debug\ExceptionHandler::class, App\Exceptions\Handler::class);

return $app;
