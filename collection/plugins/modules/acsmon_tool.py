#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright (c) the acsmon.monitor authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: acsmon_tool
short_description: Run a network tool on the ACS Monitor server
version_added: 0.1.0
description:
  - Run ping, traceroute or another network tool on the server, and return what it finds. So a playbook sees the network as ACS Monitor sees it.
  - The keys in which the tools expect O(target) and the other options are not documented. If the server asks for another likely key instead of the one for
    O(target), the module sends a second request with that key. Set any other key with O(fields).
  - Costs one request. If the server answers with a job, waiting for its result costs one more for each look, and up to three for
    the first.
  - The server runs at most 10 jobs of a user at a time. If there are more, the server answers with the status 429, and the task waits as it does for the rate
    limit.
  - The token's role needs the permission C(monitors.run_tools).
author:
  - The acsmon.monitor authors (@acsmon)
extends_documentation_fragment:
  - acsmon.monitor.connection
  - acsmon.monitor.secret_keys
  - acsmon.monitor.attributes
attributes:
  check_mode:
    support: full
    details:
      - The tool also runs in check mode, because it changes nothing. Later tasks may depend on what it finds.
  diff_mode:
    support: N/A
    details:
      - This module does not change anything.
  idempotent:
    support: N/A
    details:
      - This module does not change anything.
options:
  tool:
    description:
      - The tool.
      - V(port-scan) tries ports, V(ssl-check) looks at a certificate, V(http-headers) reads the headers of a web page, V(dns-lookup) asks
        a name server, and V(whois) asks a registry.
    type: str
    choices: [ping, traceroute, port-scan, ssl-check, http-headers, dns-lookup, whois]
    required: true
  target:
    description:
      - Host name, domain or address. With O(tool=http-headers), a URL.
    type: str
    required: true
  count:
    description:
      - How many packets O(tool=ping) sends. If not set, the server decides.
    type: int
  port:
    description:
      - Port at which O(tool=ssl-check) looks. If not set, the server decides, usually V(443).
    type: int
  ports:
    description:
      - Ports that O(tool=port-scan) tries, such as V(22,80,443) or V(1-1024). If not set, the server decides.
    type: str
  record_type:
    description:
      - Type of the records for which O(tool=dns-lookup) asks. If not set, the server decides.
    type: str
    choices: [A, AAAA, CNAME, MX, NS, SOA, TXT]
  fields:
    description:
      - Other keys of the API and their values. They take precedence over those of the other options. A key that is null is not
        sent.
    type: dict
  wait:
    description:
      - Whether to wait for the result, if the server answers with a job. Without it, RV(job) is returned and no result.
    type: bool
    default: true
  wait_timeout:
    description:
      - Seconds to wait for the result. After that, the task fails.
      - Not to be confused with O(max_wait), the limit for waiting on the server's rate limit.
    type: float
    default: 120
  poll_interval:
    description:
      - Seconds between two looks at a job.
    type: float
    default: 3
seealso:
  - module: acsmon.monitor.acsmon_monitor_check
"""

EXAMPLES = r"""
- name: See whether the server reaches a host
  acsmon.monitor.acsmon_tool:
    tool: ping
    target: www.example.com
    count: 3
  delegate_to: localhost
  register: ping

- name: Show what it found
  ansible.builtin.debug:
    var: ping.result

- name: See which ports are open from there
  acsmon.monitor.acsmon_tool:
    tool: port-scan
    target: www.example.com
    ports: 22,80,443
  delegate_to: localhost

- name: Look at the headers of a page
  acsmon.monitor.acsmon_tool:
    tool: http-headers
    target: https://www.example.com/
  delegate_to: localhost

- name: Look up the mail servers of a domain
  acsmon.monitor.acsmon_tool:
    tool: dns-lookup
    target: example.com
    record_type: MX
  delegate_to: localhost
"""

RETURN = r"""
finished:
  description: Whether the tool is finished and RV(result) is what it found.
  returned: success
  type: bool
  sample: true
result:
  description:
    - What the tool found, as the server shows it. The documentation of the API does not say what that looks like.
    - It contains what other hosts answered. Do not trust it.
  returned: when the tool is finished
  type: dict
  sample:
    host: www.example.com
    sent: 3
    received: 3
    avg_ms: 12
job:
  description: Id of the job, if the server answered with one. The server keeps its result for 5 minutes.
  returned: when the server answered with a job
  type: str
  sample: 6hd6wvp2-xk2a-5gkq-q7hxsm2x
failure:
  description: What the server answered when it refused the request.
  returned: when the server refused a request
  type: dict
  contains:
    status:
      description: HTTP status of the response. V(0) if there was none.
      returned: always
      type: int
      sample: 422
    method:
      description: HTTP method of the request.
      returned: always
      type: str
      sample: POST
    path:
      description: Path of the request.
      returned: always
      type: str
      sample: /api/v1/tools/ping
    errors:
      description: What the server found wrong, for each field.
      returned: when the server names fields
      type: dict
      sample:
        host: [The host field is required.]
warnings:
  description: Things that you should look at, although the task succeeded.
  returned: when there are any
  type: list
  elements: str
  sample: ["http://monitoring.example.com:80 is plain http: the token crosses the network unencrypted, use https"]
"""
