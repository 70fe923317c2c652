<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Console;

class Kernel extends \Illuminate\Foundation\Console\Kernel
{
}
