<?php

// SPDX-License-Identifier: GPL-3.0-or-later

// What nothing public settles, as switches. The first value of each is the default; the file
// switches.json in the storage folder holds those that differ. switches.go lists the values.

$defaults = [
    'debug' => false,
    'rate_limit' => 0,        // requests a minute and user; 0 is no limit
    'login_limit' => 0,       // logins a minute and address
    'licence_cap' => 0,       // active devices and monitors; 0 is no cap
    'per_page_cap' => 100,
    'single' => 'bare',       // bare, wrapped
    'envelope' => 'readme',   // readme, last-page, last-page-top, collection, paginator, simple, cursor
    'next-page' => 'query',   // query, page
    'unknown' => 'ignored',   // ignored, 400, 422
    'search' => 'name-host',  // name-host, tags, ignored
    'list-rows' => 'full',    // full, sparse
    'put' => 'merge',         // merge, replace
    'created' => '201',       // 201, 200
    'create-shows' => 'all',  // all, given
    'updated' => 'fresh',     // fresh, stale
    'deleted' => '204',       // 204, 200
    'queued' => '200',        // 200, 202
    'events' => 'apart',      // apart, shared, one-list
    'repeated' => '200',      // 200, 409, 422
    'login-refused' => '422', // 422, 401
    'licence' => '422',       // 422, 422-message, 403
    'guest' => 'redirect',    // redirect, no-login
    'empty-object' => 'list', // list, object
    'numbers' => 'numbers',   // numbers, decimals, strings
    'booleans' => 'booleans', // booleans, integers
    'times' => 'z',           // z, microseconds, offset, mixed
    'per-page' => 'clamped',  // clamped, 422
    'references' => 'objects', // objects, ids, both
    'shapes' => 'full',       // full, documented
    'device-alerts' => 'served', // served, absent
    'results' => 'envelope',  // envelope, data
    'refusals' => 'permission-first', // permission-first, input-first
    'names' => 'free',        // free, unique
    'config-keys' => 'kept',  // kept, known
    'ingest' => 'token',      // token, ingest_token, url, ingest_url
    'switches' => 'put',      // put, toggle
    'trap-keys' => 'trap_oid', // trap_oid and message; oid and value
    'licence-key' => 'licence', // licence, license
    'failing-listener' => false, // a listener fails after a row was saved
];

$switches = @file_get_contents(storage_path('switches.json'));

return array_merge($defaults, $switches ? json_decode($switches, true) : []);
