# -*- coding: utf-8 -*-
# Copyright (c) the acsmon.monitor authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""
How a task of this collection starts the executable, which does the work. meta/runtime.yml routes all modules here. The plugin
has the name of one of them, because ansible-test wants a module with the name of each action plugin. Nothing here depends on the module.

On the controller, the executable runs in the collection's folder, without a shell, with the task's environment and with the
arguments on its standard input. For other hosts, other users (become) and background jobs (async), Ansible copies it as it
copies any binary module.
"""

from __future__ import annotations

import json
import os

from ansible.module_utils.common.parameters import remove_values
from ansible.plugins.action import ActionBase
from ansible.plugins.loader import module_loader

from ansible_collections.acsmon.monitor.plugins.plugin_utils import _executable as executable

# Ansible puts the task's environment on a command line, which ps and -vvv show. These go into the arguments instead.
SECRET_VARIABLES = ('ACSMON_TOKEN', 'ACSMON_PASSWORD')
SECRET_OPTIONS = ('token', 'password')

# The exit status of a shell that may not run a file.
CANNOT_RUN = 126


class ActionModule(ActionBase):
    """Runs the executable as the module that the task names."""

    _supports_async = True
    _kept = (None, {})  # the task that runs, and the secrets of its environment

    def run(self, tmp=None, task_vars=None):
        super().run(tmp, task_vars)
        self._take_secrets()
        module = self._module_name()
        args = _plain(self._task.args) | {'_acsmon_environment': self._secrets}
        try:
            return self._run_in_place(module, args, task_vars) if self._can_run_in_place() else self._run_copy(module, args, task_vars)
        except executable.NotRunnable as error:
            return dict(failed=True, msg=str(error))

    def _take_secrets(self) -> None:
        """
        Evaluates the task's environment and removes the secrets from it for good: Ansible sends the task back with each
        result, where callbacks log it, and passes its environment on to the tasks that wait for the end of a job (async). To
        repeat a task (until), Ansible makes a new action of it, so the class keeps the secrets of the one task that runs.
        """
        environment = {}
        self._compute_environment_string(environment)
        task, secrets = self._kept
        self._repeats = task is self._task
        self._secrets = dict(secrets) if self._repeats else {}
        self._secrets |= {name: environment.pop(name) for name in SECRET_VARIABLES if name in environment}
        type(self)._kept = (self._task, self._secrets)
        self._task.environment = [environment]

    def _module_name(self) -> str:
        """The module's name within the collection: the task may call it by a short name, or by one that redirects to it."""
        context = module_loader.find_plugin_with_context(self._task.action, ignore_deprecated=True, collection_list=self._task.collections)
        return context.resolved_fqcn.rpartition('.')[2]

    def _can_run_in_place(self) -> bool:
        """Whether the task runs as the user who runs Ansible, on the same host, and is waited for."""
        if self._task.async_val:
            return False
        # Connections to network devices and their APIs; become is the device's there.
        if getattr(self._connection, '_remote_is_local', False):
            return True
        return self._connection.transport == 'local' and not self._connection.become

    def _run_in_place(self, module: str, args: dict, task_vars: dict) -> dict:
        path = executable.find_here()
        args['_acsmon_run'] = self._run_of()
        self._update_module_args(f'acsmon.monitor.{module}', args, task_vars)
        command = [path, 'module', module]
        environment = {name: str(value) for name, value in self._task.environment[0].items()}
        self._display.vvv(f'EXEC {" ".join(command)}', host=task_vars['inventory_hostname'])
        status, *output = executable.run(command, json.dumps(args), environment, self._loader.get_basedir(), self._teller())
        result = executable.parse(output[0])
        return self._no_answer(path, args, status, *output) if result is None else result

    def _teller(self):
        """
        The function that shows lines of progress while the task runs. It uses standard error, so that a callback that prints JSON
        stays intact. Returns None if the task has no_log, or if progress is switched off.
        """
        if self._task.no_log or os.environ.get('ACSMON_PROGRESS', 'yes').lower() in ('no', 'false', 'off', '0'):
            return None
        return lambda line: self._display.display(line, stderr=True)

    def _run_of(self) -> dict:
        """
        Which task of which playbook this is a run of, and whether it repeats one (until). All items of a loop and all hosts of
        a play have one task, and share what they read. In check mode a task builds on what those before it would have done.
        """
        run = {'task': self._task._uuid, 'repeat': 'yes' if self._repeats else ''}
        if self._play_context.check_mode or self._task.check_mode:
            run['ansible'] = executable.name_process(os.getppid())  # the parent of all that run a task
        return run

    def _run_copy(self, module: str, args: dict, task_vars: dict) -> dict:
        target = self._task.delegate_to or task_vars['inventory_hostname']
        path = self._find_for(module, target)
        folder, name = os.path.split(path)
        module_loader.add_directory(folder)
        args['_acsmon_module'] = module  # Ansible passes on the executable's name only
        result = self._execute_module(f'ansible.legacy.{name}', args, task_vars=task_vars, wrap_async=self._task.async_val)
        if 'module_stdout' not in result:
            return result
        status, output = result.get('rc'), (result['module_stdout'], result.get('module_stderr', ''))
        if self._task.async_val:
            return self._no_answer(f'Starting {module} with async, which needs Python on {target},', args, status, *output)
        runner = f'The copy of {path} on {target}'
        if status == CANNOT_RUN and 'denied' in ''.join(output):
            raise executable.NotRunnable(
                f'{runner} may not be run, probably because the folder for temporary files there is mounted with noexec: name another one in the '
                'variable ansible_remote_tmp (with become, in ansible_system_tmpdirs), or add `delegate_to: localhost` to the task.')
        return self._no_answer(runner, args, status, *output)

    def _find_for(self, module: str, target: str) -> str:
        """The path of the executable for the platform of the target, found out through its connection."""
        output = self._low_level_execute_command('uname -s -m', sudoable=False)
        words = output['stdout'].split()
        if output['rc'] != 0 or len(words) < 2 or words[-2] not in executable.SYSTEMS:
            raise executable.NotRunnable(f'{module} runs on Linux and macOS, but {target} is neither: add `delegate_to: localhost` to the task.')
        return executable.find(*words[-2:])

    def _no_answer(self, runner: str, args: dict, status: int | None, *output: str) -> dict:
        secrets = [*(args.get(name) for name in SECRET_OPTIONS), *self._secrets.values()]
        printed = remove_values(' '.join(output), [str(secret) for secret in secrets if secret])
        return dict(failed=True, msg=executable.no_answer(runner, status, printed))


def _plain(value: dict) -> dict:
    """The arguments in JSON's own types: decrypted where they come from a vault, dates as text."""
    return json.loads(json.dumps(value, default=str))
