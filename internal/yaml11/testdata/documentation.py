# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints what PyYAML makes of every documentation in the ansible-core of this interpreter."""
import glob
import json
import os
import re
import sys

import ansible
import yaml

ASSIGNMENT = re.compile(r"""^\s*[A-Z_]+\s*=\s*r?('''|\"\"\")(.*?)\1""", re.MULTILINE | re.DOTALL)

documents = []
for path in glob.glob(os.path.dirname(ansible.__file__) + "/**/*.py", recursive=True):
    if "/modules/" in path or "/plugins/" in path:
        for match in ASSIGNMENT.finditer(open(path, encoding="utf-8").read()):
            try:
                value = yaml.safe_load(match[2])
            except yaml.YAMLError:
                continue  # no documentation, but a string of the plugin's
            documents.append({"path": path, "text": match[2], "value": value})
json.dump(documents, sys.stdout, default=str)
