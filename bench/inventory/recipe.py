# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The inventory as the recipe of the official Python client makes it: one page of 50 after the other, on requests."""

import json
import os

import requests

session = requests.Session()
session.headers['Authorization'] = 'Bearer ' + os.environ['ACSMON_TOKEN']
session.headers['Accept'] = 'application/json'


def devices():
    page = 1
    while True:
        answer = session.get(os.environ['ACSMON_BASE_URL'] + '/api/v1/devices', params={'page': page, 'filter[is_active]': 'true'}, timeout=30)
        answer.raise_for_status()
        rows = answer.json()
        yield from rows['data']
        if not rows.get('next_page_url'):
            return
        page += 1


hosts, hostvars = [], {}
for device in devices():
    hosts.append(device['name'])
    hostvars[device['name']] = {
        'ansible_host': device['ip_address'],
        'device_type': device.get('device_type'),
        'device_group': (device.get('device_group') or {}).get('name'),
    }
print(json.dumps({'_meta': {'hostvars': hostvars}, 'all': {'hosts': hosts}}))
