# -*- coding: utf-8 -*-
# Copyright (c) the acsmon.monitor authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finds the executable for a platform, runs it here, and parses its answer."""

from __future__ import annotations

import json
import os
import subprocess
import threading

# What uname calls the systems and machines for which the collection ships an executable, and what Go calls them.
SYSTEMS = {'Linux': 'linux', 'Darwin': 'darwin'}
MACHINES = {'x86_64': 'amd64', 'amd64': 'amd64', 'aarch64': 'arm64', 'arm64': 'arm64'}

BINARIES = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'sub_plugins', 'binaries')

BUILD_ONE = 'build one with `go install github.com/acsmon/acsmon-ansible/cmd/acsmon@latest` and name it in the environment variable ACSMON_BINARY'

# How much of an unexpected output a message quotes.
QUOTED_CHARACTERS = 300


class NotRunnable(Exception):
    """There is no executable to run. The text is one sentence that says what to do."""


def find(system: str, machine: str) -> str:
    """The path of the executable for what `uname -s -m` printed; ACSMON_BINARY names another one for any platform."""
    if named := os.environ.get('ACSMON_BINARY'):
        path = os.path.abspath(os.path.expanduser(named))
        if not os.path.isfile(path):
            raise NotRunnable(f'ACSMON_BINARY names {path}, which is not a file.')
        return path
    if system not in SYSTEMS or machine not in MACHINES:
        raise NotRunnable(f'The collection acsmon.monitor has no executable for {system} on {machine}: {BUILD_ONE}.')
    path = os.path.join(BINARIES, f'acsmon_{SYSTEMS[system]}_{MACHINES[machine]}')
    if not os.path.isfile(path):
        raise NotRunnable(f'{path} is missing: install the collection acsmon.monitor again with `ansible-galaxy collection install --force`.')
    return path


def find_here() -> str:
    """The path of the controller's own executable, which can be run."""
    platform = os.uname()
    path = find(platform.sysname, platform.machine)
    if os.access(path, os.X_OK):
        return path
    if os.stat(path).st_mode & 0o111:
        raise NotRunnable(
            f'{path} may not be run, probably because its file system is mounted with noexec: '
            'install the collection elsewhere, or name a copy elsewhere in the environment variable ACSMON_BINARY.')
    raise NotRunnable(f'{path} has lost its run permission: restore it with `chmod +x {path}`.')


def run(command: list[str], text: str, environment: dict[str, str], folder: str | None = None, tell=None) -> tuple[int, str, str]:
    """
    Runs a command on this host, in a folder, with variables added to the environment and a text on its standard input. Returns
    its exit status, its output and its errors. If the caller gives up before the command ends (a task's timeout), the command
    is stopped, so that it does not go on writing after the task has failed. The function tell, if set, gets each line of progress.
    """
    listened, told = os.pipe() if tell else (None, None)
    try:
        process = subprocess.Popen(
            command, env=os.environ | environment | ({'ACSMON_PROGRESS_FD': str(told)} if tell else {}), cwd=folder,
            encoding='utf-8', errors='replace', stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            pass_fds=[told] if tell else [])
    except OSError as error:
        if tell:
            os.close(listened)
        raise NotRunnable(f'{command[0]} cannot be run here ({error.strerror}): {BUILD_ONE}.') from error
    finally:
        if tell:
            os.close(told)
    if tell:
        threading.Thread(target=_listen, args=(listened, tell), daemon=True).start()
    with process:
        try:
            output, errors = process.communicate(text)
        except BaseException:
            process.terminate()
            raise
    status = process.returncode
    return (128 - status if status < 0 else status), output, errors  # a signal's number, as shells say it


def _listen(listened: int, tell) -> None:
    """Passes on the lines of progress as they come, until the executable ends."""
    with open(listened, encoding='utf-8', errors='replace') as lines:
        for line in lines:
            tell(line.rstrip('\n'))


def name_process(number: int) -> str:
    """Identifies a process, even among earlier ones with the same number. Empty if that is not known."""
    try:
        with open(f'/proc/{number}/stat', encoding='utf-8', errors='replace') as stat:
            started = stat.read().rpartition(')')[2].split()[19]  # after the name, which may hold anything
    except OSError:  # macOS
        started = subprocess.run(['ps', '-o', 'lstart=', '-p', str(number)], capture_output=True, encoding='utf-8', check=False).stdout
    return f'{number} {started.strip()}' if started.strip() else ''


def parse(answer: str) -> dict | None:
    """The one JSON object that the executable answers, or None if the output is something else."""
    try:
        result = json.loads(answer)
    except ValueError:
        return None
    return result if isinstance(result, dict) else None


def no_answer(runner: str, status: int | None, output: str) -> str:
    """The sentence that says that the executable crashed, or is another program. Takes what it printed, without secrets."""
    printable = ''.join(character if character.isprintable() else ' ' for character in output)
    words = ' '.join(printable.split())
    quoted = f'"{words[:QUOTED_CHARACTERS]}"' if words else 'nothing'
    return f'{runner} ended with exit status {status} and without a JSON answer; it printed {quoted}.'
