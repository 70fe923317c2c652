<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Models;

class DeviceGroup extends Model
{
    protected array $selectable = ['name', 'color'];
}
