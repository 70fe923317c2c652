# -*- coding: utf-8 -*-
# Copyright (c) the acsmon.monitor authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type


class ModuleDocFragment(object):
    DOCUMENTATION = r"""
options:
  base_url:
    description:
      - Root URL of the ACS Monitor install, for example V(https://monitoring.example.com). C(/api/v1) is appended.
      - If not set, the environment variable E(ACSMON_BASE_URL) is used, then the server for which C(acsmon login) has stored a
        token.
      - A token goes to the scheme, host and port of this URL only. Redirects are not followed.
    type: str
  token:
    description:
      - API token of an ACS Monitor user.
      - If none of O(token), O(email) and O(password) is set, the task uses the first of these that is set. They are the environment variable E(ACSMON_TOKEN),
        the file that E(ACSMON_TOKEN_FILE) names, E(ACSMON_EMAIL) with E(ACSMON_PASSWORD), and the token file C(~/.config/acsmon/token) of C(acsmon login),
        which other users must not be able to read.
      - E(ACSMON_TOKEN) belongs to E(ACSMON_BASE_URL). If O(base_url) names another server (scheme, host and port), give the
        token of that server here.
      - An empty text is an error, for example if a lookup finds nothing. With C(default(omit)), the environment is used instead.
      - Mutually exclusive with O(email) and O(password).
    type: str
  email:
    description:
      - E-mail address of an ACS Monitor user, to log in with O(password) instead of using a token.
      - The token from the login is kept in a file that only the current user can read. Later tasks use it again, because ACS Monitor allows only 6 logins a
        minute. C(acsmon logout) revokes it.
      - If no credential is set as an option, the environment variable E(ACSMON_EMAIL) is used. See O(token) for the order.
    type: str
  password:
    description:
      - Password that goes with O(email).
      - If no credential is set as an option, the environment variable E(ACSMON_PASSWORD) is used. See O(token) for the order.
    type: str
  validate_certs:
    description:
      - Whether the server's TLS certificate must be valid. Set this to V(false) only in a lab. For a private certificate authority, use O(ca_path).
      - If not set, the environment variable E(ACSMON_VERIFY_TLS) is used.
    type: bool
    default: true
  ca_path:
    description:
      - Path of a PEM file with the CA certificates to trust in addition to those of the system.
      - If not set, the environment variable E(ACSMON_CA_PATH) is used.
    type: path
  proxy:
    description:
      - URL of the HTTP proxy through which the server is reached.
      - If not set, the environment variables E(HTTPS_PROXY), E(HTTP_PROXY) and E(NO_PROXY) are used.
    type: str
  headers:
    description:
      - HTTP headers to send along with each request, for example to a gateway in front of ACS Monitor.
    type: dict
  timeout:
    description:
      - Seconds that one request may take.
      - If not set, the environment variable E(ACSMON_TIMEOUT) is used.
    type: int
    default: 30
  max_wait:
    description:
      - Seconds that the task may spend waiting for the server's rate limit (60 requests a minute for each user), for the end of maintenance, and between
        retries.
      - A task that foresees a longer wait fails before its first write, and the message says which value it needs.
      - If not set, the environment variable E(ACSMON_MAX_WAIT) is used.
    type: int
    default: 300
  profile:
    description:
      - Path of a server profile, the file in which C(acsmon doctor) stores how this server behaves. It learns more with C(--write). With it, modules send
        fewer requests, and if the server is known to keep the rest, an update sends only what changes.
      - The file must exist and belong to the server of O(base_url). It holds no secret, so a project can include it for AWX and execution environments.
      - If not set, the environment variable E(ACSMON_PROFILE) is used, then the profile of the server in
        C(~/.config/acsmon/servers) on the host where the task runs. Without a profile, modules assume nothing about the server.
    type: path
notes:
  - ACS Monitor allows each user 60 requests a minute. Lists are read in pages of 200 rows if the server allows that. The costs in this documentation count
    100 rows for each request, because a server may allow no more.
seealso:
  - ref: ansible_collections.acsmon.monitor.docsite.guide_troubleshooting
    description: What each error message means, and what to do.
"""
