<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Exceptions;

class Handler extends \Illuminate\Foundation\Exceptions\Handler
{
}
