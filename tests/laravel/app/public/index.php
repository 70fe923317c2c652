<?php

// SPDX-License-Identifier: GPL-3.0-or-later

use Illuminate\Contracts\Http\Kernel;
use Illuminate\Http\Request;

// Every request is noted before it is answered, whatever becomes of it, for the tests to read.
header_register_callback(fn () => file_put_contents(
    getenv('ACS_STORAGE') . '/requests.log',
    "{$_SERVER['REQUEST_METHOD']} {$_SERVER['REQUEST_URI']} " . http_response_code() . "\n",
    FILE_APPEND | LOCK_EX
));

// What `artisan down --render` prepared is served without the framework.
if (is_file($down = getenv('ACS_STORAGE') . '/framework/maintenance.php')) {
    require $down;
}

$app = require dirname(__DIR__) . '/bootstrap/app.php';
$kernel = $app->make(Kernel::class);
$response = $kernel->handle($request = Request::capture())->send();
$kernel->terminate($request, $response);
