<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Models;

class AlertRule extends Rule
{
    protected array $selectable = [...Rule::SELECTABLE, 'device_id', 'oid_id', 'compare_oid_id', 'escalation_minutes'];
}
