#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright (c) the acsmon.monitor authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: acsmon_mib
short_description: Upload MIBs to ACS Monitor and remove them
version_added: 0.1.0
description:
  - Upload MIBs, the files from which ACS Monitor knows the names of what devices send, and remove them.
  - The API cannot change a MIB. If the file differs, the task uploads it as a new MIB, which gets another id, and then removes the old one. If the server
    does not accept two MIBs with the same name, the task removes the old one first.
  - A file is compared by its digest. If the server shows none, the task uses the digest that it recorded when it uploaded the file, as the same user on the
    same host. If it has none either, it leaves the MIB alone and warns.
  - A task that finds nothing to do costs one request. An upload first reads all MIBs (one request for each 100), and then costs one or two requests.
    Replacing or removing a MIB costs one more.
author:
  - The acsmon.monitor authors (@acsmon)
extends_documentation_fragment:
  - acsmon.monitor.connection
  - acsmon.monitor.secret_keys
  - acsmon.monitor.resource
  - acsmon.monitor.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details:
      - The difference shows the digests.
  idempotent:
    support: full
options:
  state:
    description:
      - V(present) uploads the MIB if none has that name, and replaces it if its file differs.
      - V(absent) removes it.
    type: str
    choices: [present, absent]
    default: present
  id:
    description:
      - Id of an existing MIB. One of O(id) and O(name) is required.
      - With O(state=present) it is an error if there is no such MIB.
    type: int
  name:
    description:
      - Name of the MIB, compared exactly. It is sent with the file. Some servers use the name of the file instead, and the task then says so.
    type: str
  src:
    description:
      - The file, on the host where the task runs. With C(delegate_to=localhost) that is the controller.
      - It may have at most 8 MiB. That is what PHP accepts by default.
      - Required when the MIB is uploaded.
    type: path
seealso:
  - module: acsmon.monitor.acsmon_config
    description: With C(state=gathered) and C(sections=[mibs]), it lists the names of all of them.
"""

EXAMPLES = r"""
- name: Write the MIB of the air conditioning to a file
  ansible.builtin.copy:
    dest: "{{ playbook_dir }}/ACME-MIB.txt"
    content: |
      ACME-MIB DEFINITIONS ::= BEGIN
      END
    mode: "0644"
  delegate_to: localhost

- name: Upload it
  acsmon.monitor.acsmon_mib:
    name: ACME-MIB
    src: "{{ playbook_dir }}/ACME-MIB.txt"
  delegate_to: localhost

- name: Remove it
  acsmon.monitor.acsmon_mib:
    name: ACME-MIB
    state: absent
  delegate_to: localhost
"""

RETURN = r"""
mib:
  description:
    - The MIB as it is after the task, or in check mode as it would be. With O(state=absent), as it was.
    - Other fields that the server shows are returned as they came.
  returned: when there is such a MIB, or there was
  type: dict
  contains:
    id:
      description: Id of the MIB. Missing in check mode when it would be uploaded for the first time.
      returned: when the MIB exists
      type: int
      sample: 4
    name:
      description: Name of the MIB.
      returned: always
      type: str
      sample: ACME-MIB
    digest:
      description: Digest of its file, if that is known. It is a SHA-256 digest, unless the server shows another kind.
      returned: when it is known
      type: str
      sample: 6b1f0b1fbc8a6e7d7f2e0f5b0d6e8a1c3f4b5a697887960504030201fedcba98
    vendor:
      description: The vendor that it is from.
      returned: when the server shows it
      type: str
      sample: ACME
    file_name:
      description: Name of its file.
      returned: when the server shows it
      type: str
      sample: ACME-MIB.txt
    sha256:
      description: Digest that the server shows, under this or another key.
      returned: when the server shows it
      type: str
      sample: 6b1f0b1fbc8a6e7d7f2e0f5b0d6e8a1c3f4b5a697887960504030201fedcba98
    checksum:
      description: Digest that the server shows, under this or another key.
      returned: when the server shows it
      type: str
      sample: d41d8cd98f00b204e9800998ecf8427e
differs_in:
  description: The options in which the existing resource differs from the task. They were left as they are.
  returned: when O(create_only=true) leaves differences as they are
  type: list
  elements: str
  sample: [src]
diff:
  description: The options that differ, before and after. Files are shown by their digests.
  returned: when the MIB differs
  type: dict
  contains:
    before:
      description: The values that the MIB had. Empty if it was created.
      returned: always
      type: dict
      sample:
        src: d41d8cd98f00b204e9800998ecf8427e
    after:
      description: The values that the MIB has now. Empty if it was removed.
      returned: always
      type: dict
      sample:
        src: 6b1f0b1fbc8a6e7d7f2e0f5b0d6e8a1c3f4b5a697887960504030201fedcba98
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
      sample: /api/v1/mibs
    errors:
      description: What the server found wrong, for each field.
      returned: when the server names fields
      type: dict
      sample:
        file: [The file field is required.]
warnings:
  description: Things that you should look at, although the task succeeded.
  returned: when there are any
  type: list
  elements: str
  sample: ["http://monitoring.example.com:80 is plain http: the token crosses the network unencrypted, use https"]
"""
