# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Gives the cases of differential.yaml to the ansible-core of this interpreter and prints what it made of each."""
import json
import os
import sys

import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.release import __version__

os.environ.update(HOME="/home/ada", FOO="bar")
outcomes = {}
for case in yaml.safe_load(open(sys.argv[1], encoding="utf-8")):
    validator = ArgumentSpecValidator(case["options"], **case.get("rules", {}))
    try:
        checked = validator.validate(json.loads(case["arguments"]))
        error = "; ".join(checked.error_messages)
        values = checked.validated_parameters
    except Exception as exc:  # pylint: disable=broad-except
        error, values = "raised " + type(exc).__name__, None
    if error:
        outcomes[case["name"]] = {"error": error}
    else:
        outcomes[case["name"]] = {"values": json.loads(json.dumps(values), parse_constant=str)}
        if checked._warnings:
            outcomes[case["name"]]["warnings"] = len(checked._warnings)
json.dump({"version": __version__, "outcomes": outcomes}, sys.stdout, indent=1, sort_keys=True, ensure_ascii=False)
print()
