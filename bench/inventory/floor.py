# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""
An inventory plugin that does nothing but add what a JSON file in the form of an inventory script's answer holds: the floor
that no inventory plugin in Python is below.
"""

import json

from ansible.plugins.inventory import BaseInventoryPlugin

DOCUMENTATION = """
name: floor
short_description: Hosts, groups and variables from a JSON file
description: Hosts, groups and variables from a JSON file.
options: {}
"""


class InventoryModule(BaseInventoryPlugin):
    NAME = 'floor'

    def verify_file(self, path):
        return path.endswith('floor.json')

    def parse(self, inventory, loader, path, cache=True):
        super().parse(inventory, loader, path, cache)
        with open(path, encoding='utf-8') as file:
            groups = json.load(file)
        for name, variables in groups.pop('_meta')['hostvars'].items():
            inventory.add_host(name)
            host = inventory.get_host(name)
            for variable, value in variables.items():
                host.set_variable(variable, value)  # the inventory's own set_variable takes twice the time
        for name, group in groups.items():
            inventory.add_group(name)
            for host in group['hosts']:
                inventory.add_host(host, name)
