<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Models;

class MonitorGroup extends Model
{
    protected array $selectable = ['name', 'color'];
}
