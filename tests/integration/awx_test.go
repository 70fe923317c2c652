// SPDX-License-Identifier: GPL-3.0-or-later

package integration

import (
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// madeRunner makes the virtual environment of ansible-runner and ansible-builder.
var madeRunner = sync.OnceValues(func() (string, error) {
	tools := exec.Command("../../scripts/tools", "runner")
	tools.Stderr = os.Stderr
	folder, err := tools.Output()
	return filepath.Join(strings.TrimSpace(string(folder)), "bin"), err
})

// runnerTool returns the path of a command of ansible-runner or ansible-builder.
func runnerTool(t *testing.T, name string) string {
	t.Helper()
	folder, err := madeRunner()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(folder, name)
}

// The guide shows the example of an execution environment. ansible-builder makes a build context of
// it, and installs nothing further for the collection.
func TestExecutionEnvironment(t *testing.T) {
	t.Parallel()
	s := newSite(t, venvs[len(venvs)-1])
	builder := runnerTool(t, "ansible-builder")
	tarball := os.Getenv("ACSMON_TEST_COLLECTION")
	s.copyFrom("../../examples", "execution-environment.yml")
	s.must(os.Symlink(tarball, filepath.Join(s.dir, "acsmon-monitor.tar.gz")))
	s.ok(builder, "create", "--context", "context")
	if _, err := os.Stat(filepath.Join(s.dir, "context/_build/configs/acsmon-monitor.tar.gz")); err != nil {
		t.Errorf("the collection is not in what the image is built from: %v", err)
	}
	example, err := os.ReadFile(filepath.Join(s.dir, "execution-environment.yml"))
	s.must(err)
	if shown := loadGuide(t, "guide_awx").block("yaml", "additional_build_files"); !strings.HasSuffix(string(example), shown) {
		t.Errorf("the guide shows\n%s\nand the example is\n%s", shown, example)
	}
	if _, err := os.Stat(filepath.Join(collections, "ansible_collections/acsmon/monitor/meta/execution-environment.yml")); err != nil {
		t.Error(err)
	}
	wants := s.ok(builder, "introspect", collections).stdout
	if !strings.Contains(wants, "python: []\nsystem: []\n") {
		t.Errorf("ansible-builder would install %s", wants)
	}
}

// inject does what AWX does with a credential. It fills in the templates of the injector
// configuration, files first, and writes both to where ansible-runner looks. It leaves empty fields
// out. It also checks that the templates name no other fields, as AWX does when it stores the type.
const inject = `
import json, os, sys, tempfile
import yaml
from jinja2 import StrictUndefined, sandbox

folder, inputs, injectors, values = sys.argv[1], *map(yaml.safe_load, sys.argv[2:])
class Names: pass
def render(template, values, tower, **kwargs):
    return sandbox.ImmutableSandboxedEnvironment(**kwargs).from_string(template).render(**values, tower=tower)
tower = Names()
tower.filename = Names()
fields = {field['id']: 'x' for field in inputs['fields']}
assert set(inputs['required']) <= set(fields) and set(values) <= set(fields)
assert [field['id'] for field in inputs['fields'] if field.get('secret')] == ['token']
assert set(injectors) == {'file', 'env'}
for label, template in injectors['file'].items():
    handle, path = tempfile.mkstemp(dir=os.path.join(folder, 'env'))
    render(template, fields, tower, undefined=StrictUndefined)
    os.write(handle, render(template, values, tower).encode())
    os.chmod(path, 0o660)
    setattr(tower.filename, label.removeprefix('template.'), path)
for template in injectors['env'].values():
    render(template, fields, tower, undefined=StrictUndefined)
with open(os.path.join(folder, 'env', 'envvars'), 'w') as file:
    json.dump({name: render(template, values, tower) for name, template in injectors['env'].items()}, file)
`

// awxProject makes the folder of a job: the project as the guide for AWX has it,
// and the environment that a credential of the guide's type gives.
func awxProject(s *site, server *acsmontest.Server) {
	g := loadGuide(s.t, "guide_awx")
	for _, folder := range []string{"env", "project", "tmp"} {
		s.must(os.Mkdir(filepath.Join(s.dir, folder), 0o700))
	}
	s.write("project/health.yml", g.block("yaml", "acsmon.monitor.health"))
	s.write("project/weekly_report.yml", g.block("yaml", "Keep the report"))
	s.write("project/acsmon.yml", g.block("yaml", "allow_empty")+"cache_timeout: 600\n")
	const inImage = "/usr/share/ansible/collections"
	script := g.block("sh", "ACSMON_INVENTORY")
	if !strings.Contains(script, inImage) {
		s.t.Errorf("the collection is not at %s in %s", inImage, script)
	}
	s.write("project/inventory", strings.ReplaceAll(script, inImage, collections))
	s.must(os.Chmod(filepath.Join(s.dir, "project/inventory"), 0o700))
	s.write("project/site.yml", `
- import_playbook: health.yml
- hosts: localhost
  connection: local
  gather_facts: true
  tasks:
    - acsmon.monitor.acsmon_monitor: {name: Office, type: ping, host: 192.0.2.1}
- hosts: all
  connection: local
  gather_facts: false
  tasks:
    - ansible.builtin.debug: {msg: "{{ acsmon.name }} of {{ groups.all | length }}"}
- import_playbook: weekly_report.yml
`)
	s.write("env/settings", "fact_cache: facts\nfact_cache_type: jsonfile\nsuppress_ansible_output: true\n")
	values, err := json.Marshal(map[string]string{"base_url": server.URL, "token": server.Token})
	s.must(err)
	s.ok("python", "-c", inject, s.dir, g.block("yaml", "- id: token"), g.block("yaml", "template.token"), string(values))
}

// holding lists the files below a folder that hold a text.
func (s *site) holding(folder, text string) []string {
	s.t.Helper()
	var found []string
	s.must(filepath.WalkDir(filepath.Join(s.dir, folder), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		content, err := os.ReadFile(path)
		if strings.Contains(string(content), text) {
			found = append(found, strings.TrimPrefix(path, s.dir+"/"))
		}
		return err
	}))
	return found
}

// The collection works in a job of ansible-runner as it is installed: with the
// environment of the guide's credential, through both doors to the inventory, and
// for a user without a home to write to. The token is in no artifact.
func TestJobOfAnsibleRunner(t *testing.T) {
	t.Parallel()
	s := newSite(t, venvs[len(venvs)-1])
	mark := filepath.Join(s.dir, "executed")
	server, _ := runbookServer(t, mark)
	target := startReceiver(t)
	awxProject(s, server)
	runner := runnerTool(t, "ansible-runner")
	s.env["HOME"], s.env["TMPDIR"] = "/proc", filepath.Join(s.dir, "tmp") // nobody can write there, root neither
	s.env["ANSIBLE_HOME"] = filepath.Join(s.dir, "tmp/ansible")
	s.env["ANSIBLE_REMOTE_TMP"] = filepath.Join(s.dir, "tmp/remote")
	extra, err := json.Marshal(map[string]string{"file": filepath.Join(s.dir, "tmp/uptime.csv"), "html": "", "report_url": target.URL})
	s.must(err)
	s.write("env/extravars", string(extra))
	secret := server.Token[2:] // without the number before it
	run := func(ident, source string) {
		t.Helper()
		server.ResetRequests()
		inventory := filepath.Join(s.dir, "project", source)
		o := s.run(runner, "run", s.dir, "--playbook", "site.yml", "--ident", ident, "--inventory", inventory)
		printed, err := os.ReadFile(filepath.Join(s.dir, "artifacts", ident, "stdout"))
		if err != nil || o.status != 0 || !strings.Contains(string(printed), "{{ lookup('pipe', 'touch "+mark+"') }} of 2") {
			t.Fatalf("status %d: %v\n%s\n%s", o.status, err, o.all(), printed)
		}
		if sent := target.taken(); len(sent) != 1 || !strings.HasPrefix(sent[0], "monitor,type,") {
			t.Errorf("the report that was sent is %q", sent)
		}
	}

	run("file", "acsmon.yml")
	wantWrites(t, server, "POST /monitors")
	if found := s.holding("artifacts", secret); len(found) > 0 {
		t.Errorf("the token is in %v", found)
	}

	// What the guide says of a token in the environment.
	s.env["ACSMON_TOKEN"] = server.Token
	run("variable", "inventory")
	wantWrites(t, server)
	found := s.holding("artifacts", secret)
	if len(found) != 2 || found[0] != "artifacts/variable/command" || !strings.HasPrefix(found[1], "artifacts/variable/facts/") {
		t.Errorf("the token is in %v", found)
	}
	if _, err := os.Stat(mark); err == nil {
		t.Error("text of the server was executed")
	}
	wantNoWriteWithoutAFolder(s, server)
}

// wantNoWriteWithoutAFolder holds that a module writes nothing where there is no folder for its locks.
func wantNoWriteWithoutAFolder(s *site, server *acsmontest.Server) {
	s.t.Helper()
	server.ResetRequests()
	s.env["TMPDIR"], s.env["ACSMON_BASE_URL"] = "/proc", server.URL
	s.write("other.json", `{"name": "Other", "type": "ping", "host": "192.0.2.2"}`)
	o := s.run(filepath.Join(binaries, "acsmon"), "module", "acsmon_monitor", "other.json")
	wantWrites(s.t, server)
	if o.status == 0 || !strings.Contains(o.stdout, "set HOME or TMPDIR") {
		s.t.Errorf("the exit status is %d, want a failure that says to set HOME or TMPDIR: %s", o.status, o.all())
	}
}

// AWX imports the inventory with these arguments, keeps it as JSON, and gives it
// back to Ansible as a script: what must not be evaluated then still is not.
func TestInventoryImportOfAWX(t *testing.T) {
	t.Parallel()
	s := newSite(t, venvs[len(venvs)-1])
	mark := filepath.Join(s.dir, "executed")
	server, _ := runbookServer(t, mark)
	awxProject(s, server)
	var credential map[string]string
	text, err := os.ReadFile(filepath.Join(s.dir, "env/envvars"))
	s.must(err)
	s.must(json.Unmarshal(text, &credential))
	for name, value := range credential {
		s.env[name] = value
	}
	s.env["ANSIBLE_INVENTORY_UNPARSED_FAILED"], s.env["ANSIBLE_INVENTORY_EXPORT"], s.env["ANSIBLE_VERBOSE_TO_STDERR"] = "True", "True", "True"
	s.must(os.Remove(filepath.Join(s.dir, "ansible.cfg")))
	imported := func(source string) outcome {
		return s.run("ansible-inventory", "--list", "--export", "-i", filepath.Join(s.dir, "project", source),
			"--output", filepath.Join(s.dir, source+".json"), "--playbook-dir", filepath.Join(s.dir, "project"))
	}
	var hosts [2]map[string]any
	for i, source := range []string{"acsmon.yml", "inventory"} {
		if o := imported(source); o.status != 0 {
			t.Fatalf("%s: status %d: %s", source, o.status, o.all())
		}
		text, err := os.ReadFile(filepath.Join(s.dir, source+".json"))
		s.must(err)
		s.must(json.Unmarshal(text, &hosts[i]))
	}
	if !reflect.DeepEqual(hosts[0], hosts[1]) || len(hostvars(hosts[0])) != 2 {
		t.Errorf("the plugin gives %v, the executable %v", hosts[0], hosts[1])
	}
	wantRequests(t, server, 1) // by the cache

	s.write("kept", "#!/bin/sh\ncat "+filepath.Join(s.dir, "acsmon.yml.json")+"\n")
	s.must(os.Chmod(filepath.Join(s.dir, "kept"), 0o700))
	o := s.ok("ansible", "-i", "kept", "all", "-c", "local", "-m", "ansible.builtin.debug", "-a", "msg={{acsmon.name}}/{{device_type|default('')}}")
	if _, err := os.Stat(mark); err == nil || !strings.Contains(o.stdout, "{{ lookup('pipe', 'touch "+mark+"') }}/=cmd()") {
		t.Errorf("text of the server was executed or is not there: %s", o.all())
	}

	s.must(server.Close())
	s.env["ACSMON_MAX_WAIT"], s.env["XDG_CACHE_HOME"] = "0", filepath.Join(s.dir, "tmp/cache")
	for _, source := range []string{"acsmon.yml", "inventory"} {
		if o := imported(source); o.status == 0 || !strings.Contains(strings.Join(strings.Fields(o.all()), " "), "connection refused") {
			t.Errorf("%s: status %d without a server: %s", source, o.status, o.all())
		}
	}
}
