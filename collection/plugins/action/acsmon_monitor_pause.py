# -*- coding: utf-8 -*-
# Copyright (c) the acsmon.monitor authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.acsmon.monitor.plugins.plugin_utils.action import ExecutableActionBase


class ActionModule(ExecutableActionBase):
    module = 'acsmon_monitor_pause'
