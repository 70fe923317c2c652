// SPDX-License-Identifier: GPL-3.0-or-later

package integration

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// reachCallback writes a line for each place where a secret can be reached from what Ansible gives
// to callbacks: results, tasks, plays, and all that those lead to. It also writes where a value is
// that is no secret and stands beside them, which shows that it looks there.
const reachCallback = `
import json
import os
import types
from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: reach
type: notification
short_description: Where secrets can be reached
description: Where secrets can be reached.
"""

WANTED = json.loads(os.environ['REACH_WANTED'])
NO_DATA = (types.ModuleType, types.FunctionType, types.MethodType, types.BuiltinFunctionType, type)


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = 'notification'
    CALLBACK_NAME = 'reach'

    def _dump(self, hook, values):
        seen, left = set(), [(hook, value) for value in values]
        while left:
            path, value = left.pop()
            if id(value) in seen or isinstance(value, NO_DATA):
                continue
            seen.add(id(value))
            if isinstance(value, (str, bytes)):
                text = value.decode(errors='replace') if isinstance(value, bytes) else str(value)
                with open(os.environ['REACH_FILE'], 'a') as file:
                    file.writelines(f'{name} {path}\n' for name, wanted in WANTED.items() if wanted in text)
            elif isinstance(value, dict):
                left += [(f'{path}[{str(key)[:60]}]', element) for key, element in value.items()] + [(f'{path} key', key) for key in value]
            elif isinstance(value, (list, tuple, set, frozenset)):
                left += [(f'{path}[]', element) for element in value]
            else:
                names = {*getattr(value, '__dict__', {}), *(name for kind in type(value).__mro__ for name in getattr(kind, '__slots__', ()))}
                # Ansible evaluates some attributes when they are looked at.
                for name in {*names, *(name for name in dir(value) if name in ('args', 'environment', 'vars'))}:
                    try:
                        left.append((f'{path}.{name}', getattr(value, name)))
                    except Exception:
                        pass
        self._kept = seen  # so that no id is used twice


def _hook(name):
    def hook(self, *args, **kwargs):
        self._dump(name, [*args, *kwargs.values()])
    return hook


for name in dir(CallbackBase):
    if name.startswith('v2_'):
        setattr(CallbackModule, name, _hook(name))
`

// reached runs a playbook with the callback and returns the places where it found each of the
// texts, by its name.
func (s *site) reached(texts map[string]string, args ...string) (map[string][]string, outcome) {
	s.t.Helper()
	folder := filepath.Join(s.dir, "reach")
	s.must(os.MkdirAll(folder, 0o700))
	s.write("reach/reach.py", reachCallback)
	wanted, err := json.Marshal(texts)
	s.must(err)
	file := filepath.Join(folder, "found")
	s.must(os.RemoveAll(file))
	s.env["REACH_WANTED"], s.env["REACH_FILE"] = string(wanted), file
	s.env["ANSIBLE_CALLBACK_PLUGINS"], s.env["ANSIBLE_CALLBACKS_ENABLED"] = folder, "reach"
	o := s.run("ansible-playbook", args...)
	found, err := os.ReadFile(file)
	s.must(err)
	places := map[string][]string{}
	for line := range strings.Lines(string(found)) {
		name, place, _ := strings.Cut(strings.TrimSpace(line), " ")
		places[name] = append(places[name], place)
	}
	return places, o
}

// keptSecrets are tasks that get token and password from the environment in every way that a task
// can run and end.
const keptSecrets = `
- hosts: controller
  gather_facts: false
  strategy: STRATEGY
  environment:
    ACSMON_BASE_URL: "{{ lookup('ansible.builtin.env', 'SERVER') }}"
    ACSMON_TOKEN: "{{ lookup('ansible.builtin.file', 'token') }}"
    BESIDE: "{{ lookup('ansible.builtin.env', 'BESIDE_IT') }}"
  tasks:
    - name: in place
      acsmon.monitor.acsmon_monitor: {name: "of {{ inventory_hostname }}", type: ping, host: 192.0.2.1}
    - name: refused option
      acsmon.monitor.acsmon_monitor: {nmae: Shop}
      ignore_errors: true
    - name: refused by the server
      acsmon.monitor.acsmon_monitor: {name: Shop, type: nonsense, host: 192.0.2.1}
      ignore_errors: true
    - name: repeated
      acsmon.monitor.acsmon_system_info: {}
      register: health
      until: health is failed
      retries: 2
      delay: 0
      ignore_errors: true
    - name: in a loop
      acsmon.monitor.acsmon_monitor: {name: "{{ item }} of {{ inventory_hostname }}", type: ping, host: 192.0.2.1}
      loop: [one, two]
    - name: in a loop, repeated
      acsmon.monitor.acsmon_system_info: {}
      register: health
      until: health is failed
      retries: 1
      delay: 0
      loop: [one, two]
      ignore_errors: true
    - name: in the background
      acsmon.monitor.acsmon_system_info: {}
      async: 30
      poll: 1
    - name: in the background, repeated
      acsmon.monitor.acsmon_system_info: {}
      async: 30
      poll: 1
      register: health
      until: health is failed
      retries: 1
      delay: 0
      ignore_errors: true
    - name: fired and forgotten
      acsmon.monitor.acsmon_system_info: {}
      async: 30
      poll: 0
    - name: given up
      acsmon.monitor.acsmon_api: {path: /slow}
      timeout: 1
      ignore_errors: true
    - name: copied
      acsmon.monitor.acsmon_system_info: {}
      delegate_to: python_target
    - name: nowhere to run
      acsmon.monitor.acsmon_system_info: {}
      delegate_to: windows
      ignore_errors: true
    - name: logged in
      acsmon.monitor.acsmon_system_info: {}
      environment: {ACSMON_TOKEN: "", ACSMON_EMAIL: nobody@example.com, ACSMON_PASSWORD: "{{ lookup('ansible.builtin.file', 'password') }}"}
      ignore_errors: true
    - name: in check mode
      acsmon.monitor.acsmon_monitor: {name: Checked, type: ping, host: 192.0.2.1}
      check_mode: true
`

// keepSecrets writes the files of such a play.
func (s *site) keepSecrets(server *acsmontest.Server, strategy string) {
	s.t.Helper()
	server.Inject(acsmontest.Fault{Path: "/slow", Do: acsmontest.Delay(patience)})
	s.write("token", server.Token)
	s.write("password", "correct horse battery staple")
	s.env["SERVER"], s.env["BESIDE_IT"] = server.URL, "stands-beside-it"
	s.write("play.yml", strings.ReplaceAll(keptSecrets, "STRATEGY", strategy))
}

// Ansible gives callbacks nothing of what a task got in its environment, however the task ran and
// ended.
func TestNoSecretIsLeftOnATask(t *testing.T) {
	t.Parallel()
	eachCore(t, func(t *testing.T, s *site) {
		s.targets()
		for _, strategy := range []string{"linear", "free"} {
			server := fleet(t)
			s.keepSecrets(server, strategy)
			texts := map[string]string{"token": server.Token[2:], "password": "horse battery", "beside": "stands-beside-it"}
			s.env["ANSIBLE_DISPLAY_ARGS_TO_STDOUT"] = "true"
			places, o := s.reached(texts, "-i", "hosts.yml", "--diff", "-vvv", "play.yml")
			for _, name := range []string{"token", "password"} {
				if found := places[name]; len(found) > 0 {
					t.Errorf("%s: the %s can be reached at %d places: %s", strategy, name, len(found), strings.Join(found[:min(5, len(found))], ", "))
				}
				if i := strings.Index(o.all(), texts[name]); i >= 0 {
					t.Errorf("%s: the %s is in the output: …%s", strategy, name, o.all()[max(0, i-300):i])
				}
			}
			if len(places["beside"]) < 14 { // one a task
				t.Errorf("%s: the environment of the tasks was not looked at: %v\n%s", strategy, places, o.all())
			}
			if strings.Contains(o.stdout, "there is no token") {
				t.Errorf("%s: a task was repeated without its token:\n%s", strategy, failures(o.stdout))
			}
			if o.status != 0 || !strings.Contains(o.stdout, "failed=0") {
				t.Errorf("%s: ended with %d:\n%s", strategy, o.status, failures(o.stdout))
			}
		}
	})
}

// ansible-runner keeps events of each task, which AWX shows. They have no token that was in an
// environment.
func TestArtifactsOfARunnerHaveNoSecret(t *testing.T) {
	t.Parallel()
	s := newSite(t, venvs[len(venvs)-1])
	runner := runnerTool(t, "ansible-runner")
	s.targets()
	server := fleet(t)
	s.keepSecrets(server, "free")
	s.env["ANSIBLE_DISPLAY_ARGS_TO_STDOUT"] = "true" // without it, events have no arguments
	s.must(os.MkdirAll(filepath.Join(s.dir, "project"), 0o700))
	for _, name := range []string{"play.yml", "token", "password"} {
		s.must(os.Rename(filepath.Join(s.dir, name), filepath.Join(s.dir, "project", name)))
	}
	o := s.run(runner, "run", s.dir, "--playbook", "play.yml", "--ident", "kept", "--inventory", filepath.Join(s.dir, "hosts.yml"))
	if events := s.holding("artifacts", "type=ping, host=192.0.2.1"); o.status != 0 || len(events) == 0 {
		t.Fatalf("status %d: %s", o.status, o.all())
	}
	for _, secret := range []string{server.Token[2:], "horse battery"} {
		if found := s.holding("artifacts", secret); len(found) > 0 {
			t.Errorf("%s is in %v", secret, found)
		}
	}
}
