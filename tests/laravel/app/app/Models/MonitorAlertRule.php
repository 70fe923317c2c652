<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Models;

class MonitorAlertRule extends Rule
{
    protected array $selectable = [...Rule::SELECTABLE, 'monitor_id'];
}
