<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Models;

class Metric extends Model
{
    protected $casts = ['value' => 'float', 'recorded_at' => 'datetime'];
}
