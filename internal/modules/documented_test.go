// SPDX-License-Identifier: GPL-3.0-or-later

package modules_test

import (
	"bytes"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"maps"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
	"github.com/acsmon/acsmon-ansible/internal/ansible"
	"github.com/acsmon/acsmon-ansible/internal/command"
	"github.com/acsmon/acsmon-ansible/internal/modules"
	"github.com/acsmon/acsmon-ansible/internal/settings"
	"github.com/acsmon/acsmon-ansible/internal/specs/docs"
	"github.com/acsmon/acsmon-ansible/internal/yaml11"
)

// TestModulesAreThoseOfTheCollection compares the modules of the executable with the files that Ansible
// sees.
func TestModulesAreThoseOfTheCollection(t *testing.T) {
	var names []string
	for _, module := range modules.All() {
		names = append(names, module.Name)
	}
	documented := moduleNames(t)
	for _, name := range documented {
		if !slices.Contains(names, name) {
			t.Errorf("the executable lacks %s, which collection/plugins/modules documents: add it to the table resources in internal/modules/resource.go, or to All in modules.go", name)
		}
	}
	for _, name := range names {
		if !slices.Contains(documented, name) {
			t.Errorf("the executable has %s: document it in collection/plugins/modules/%[1]s.py", name)
		}
	}
}

// moduleNames are the modules of the collection.
func moduleNames(t *testing.T) []string {
	t.Helper()
	names, err := docs.ModuleNames()
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// connectionOptions are the options of the connection fragment, each with a value that is refused and
// with what the message says.
var connectionOptions = map[string]struct {
	value any
	says  string
}{
	"base_url":       {"ftp://monitoring.example.com", "base_url: the base URL does not begin with https://"},
	"token":          {"with space", "the token is empty or holds characters"},
	"email":          {"api@example.com", "email is set without password"},
	"password":       {"secret", "password is set without email"},
	"validate_certs": {"perhaps", "option validate_certs"},
	"ca_path":        {"/nowhere/ca.pem", "/nowhere/ca.pem"},
	"proxy":          {"nonsense", "the proxy is not a URL"},
	"headers":        {row{"Authorization": "x"}, "the header Authorization is the client's own"},
	"timeout":        {0, "the time-out is 0s"},
	"max_wait":       {-1, "max_wait"},
	"secret_keys":    {[]row{{"a": 1}}, "secret_keys"},
	"profile":        {"/nowhere/profile.json", "the server profile that profile names cannot be used"},
}

// least are the arguments without which a module refuses to run.
var least = map[string]row{
	"acsmon_monitor":       {"name": "x", "state": "absent"},
	"acsmon_alert":         {"all": true},
	"acsmon_api":           {"path": "/monitors"},
	"acsmon_config":        {"state": "gathered"},
	"acsmon_coverage":      {"hosts": row{"a": nil}},
	"acsmon_device_report": {"dest": "devices.json"},
	"acsmon_monitors":      {"state": "gathered"},
	"acsmon_role":          {"name": "x"},
	"acsmon_mib":           {"name": "x", "state": "absent"},
	"acsmon_monitor_pause": {"state": "resumed", "window": "w"},
	"acsmon_tool":          {"tool": "ping", "target": "localhost"},
	"acsmon_trap":          {"all": true},
	"acsmon_webhook_event": {"ingest_url": "http://localhost/api/v1/webhook-ingest/t0ken"},
}

// withoutAPI are the options of the connection that a module ignores, because it does not speak to the
// API.
var withoutAPI = map[string][]string{"acsmon_webhook_event": {"token", "email", "password", "profile", "headers"}}

// TestConnectionOptions refuses a wrong value of each option of the connection, in every module.
func TestConnectionOptions(t *testing.T) {
	for option, test := range connectionOptions {
		for _, module := range moduleNames(t) {
			if slices.Contains(withoutAPI[module], option) {
				continue
			}
			scenario(t, module+" "+option, acsmontest.Options{}, func(w *workbench) {
				if option == "email" || option == "password" {
					delete(w.args, "token")
				}
				given := row{option: test.value}
				maps.Copy(given, least[module])
				w.run(module, given).fails(test.says).costs()
			})
		}
	}
}

// TestCertificates reads from a server whose certificate no authority of the system has signed.
func TestCertificates(t *testing.T) {
	server := acsmontest.New(acsmontest.Options{})
	web := httptest.NewUnstartedServer(server)
	web.Config.ErrorLog = log.New(io.Discard, "", 0) // refused handshakes
	web.StartTLS()
	t.Cleanup(web.Close)
	w := &workbench{server, t, row{"base_url": web.URL, "token": server.Token, "name": "x", "state": "absent"}, nil}
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: web.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	w.monitor(row{}).fails("certificate is not trusted", "ca_path").costs()
	for _, given := range []row{{"ca_path": ca}, {"validate_certs": false}} {
		w.monitor(given).costs("GET /monitors", "GET /monitors").wantUnchanged()
	}
}

// readOption finds the options that the code of a module reads.
var readOption = regexp.MustCompile("(?:Arg|Given)\\(\"(\\w+)\"\\)|ansible:\"(\\w+)\"|{Name: \"(\\w+)\"|given\\[\"(\\w+)\"\\]|\"(new_name)\": &")

// otherOptions are options that the shared code reads for resources with secrets, channels or
// permissions.
var otherOptions = []string{"update_password", "missing_secrets", "purge_channels", "purge_permissions"}

// TestEveryDocumentedOptionIsRead compares the options that the documentation names with those that the
// code reads.
func TestEveryDocumentedOptionIsRead(t *testing.T) {
	for module, files := range map[string][]string{
		"acsmon_monitor": {"monitor.go", "resource.go", "task.go"},
		"acsmon_alert":   {"alert.go", "alert_subject.go"},
	} {
		read := slices.Collect(maps.Keys(connectionOptions))
		for _, file := range files {
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, match := range readOption.FindAllStringSubmatch(string(source), -1) {
				for _, name := range match[1:] {
					if name != "" && !slices.Contains(otherOptions, name) {
						read = append(read, name)
					}
				}
			}
		}
		documented := specOf(t, module).Options
		for _, name := range read {
			if documented[name] == nil {
				t.Errorf("%s uses the option %s, which its documentation lacks: add it to collection/plugins/modules/%[1]s.py", module, name)
			}
		}
		for name := range documented {
			if !slices.Contains(read, name) {
				t.Errorf("%s documents the option %s, which nothing uses: declare it in internal/modules/%s", module, name, files[0])
			}
		}
	}
}

// TestTypesAreThoseOfTheClient compares the documented types of monitors with those of the client.
func TestTypesAreThoseOfTheClient(t *testing.T) {
	var documented []string
	for _, choice := range specOf(t, "acsmon_monitor").Options["type"].Choices {
		documented = append(documented, fmt.Sprint(choice))
	}
	if !slices.Equal(documented, acsmon.MonitorTypes) {
		t.Errorf("the documentation has the types %v, and the client has %v", documented, acsmon.MonitorTypes)
	}
}

// TestExamplesAreValid checks the arguments of every example against the options of its module. Nobody
// knows the value of a template: here it is the first choice of the option, or 1.
func TestExamplesAreValid(t *testing.T) {
	for _, name := range moduleNames(t) {
		documented, err := docs.Module(name)
		if err != nil {
			t.Fatal(err)
		}
		examples, err := yaml11.Parse(documented.Examples)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, task := range tasksIn(t, name, examples) {
			for module, args := range task {
				module, ours := strings.CutPrefix(module, "acsmon.monitor.")
				if !ours {
					continue
				}
				n++
				if err := valid(t, module, args); err != nil {
					t.Errorf("%s, %q: %v", name, task["name"], err)
				}
			}
		}
		if n == 0 {
			t.Errorf("%s has no example", name)
		}
	}
}

// tasksIn lists the tasks of the examples of a module, those in blocks too.
func tasksIn(t *testing.T, module string, examples any) []row {
	t.Helper()
	list, ok := examples.([]any)
	if !ok {
		t.Fatalf("the examples of %s are %v, want a list of tasks", module, examples)
	}
	var tasks []row
	for _, element := range list {
		task, ok := element.(row)
		if !ok {
			t.Fatalf("an example of %s is %v, want a task", module, element)
		}
		tasks = append(tasks, task)
		if block, ok := task["block"]; ok {
			tasks = append(tasks, tasksIn(t, module, block)...)
		}
	}
	return tasks
}

// untemplated puts a valid value in the place of a template.
func untemplated(option *ansible.Option, value any) any {
	text, _ := value.(string)
	if list, ok := value.([]any); ok && len(list) > 0 {
		text, _ = list[0].(string)
	}
	switch {
	case !strings.Contains(text, "{{"):
		return value
	case option != nil && option.Choices != nil:
		return option.Choices[0]
	case option != nil && option.Elements == "dict":
		return []any{}
	case option != nil && option.Type == "dict":
		return row{}
	}
	return "1"
}

// TestDefaultsAreThoseOfTheSettings compares the documented default of max_wait with what the settings
// do if nothing is set.
func TestDefaultsAreThoseOfTheSettings(t *testing.T) {
	nothing := func(string) (string, bool) { return "", false }
	c, err := settings.Resolve(settings.Task, row{"base_url": "https://monitoring.example.com", "token": "t"}, nothing, nil)
	if err != nil {
		t.Fatal(err)
	}
	if documented := fmt.Sprint(specOf(t, "acsmon_monitor").Options["max_wait"].Default); documented != fmt.Sprint(c.MaxWait.Seconds()) {
		t.Errorf("the default of max_wait is %v, and the documentation says %s s", c.MaxWait, documented)
	}
}

// TestReturnedKeys returns every key of which the documentation says that it is always returned.
func TestReturnedKeys(t *testing.T) {
	scenario(t, "of a monitor", acsmontest.Options{Monitors: 3}, func(w *workbench) {
		monitor := at[row](w.monitor(row{"id": w.Rows("monitors")[0]["id"], "port": 81}), "monitor")
		for name, key := range specOf(w.t, "acsmon_monitor").Return["monitor"].Contains {
			if _, ok := monitor[name]; !ok && (key.Returned == "always" || key.Returned == "when the monitor exists") {
				w.t.Errorf("the documentation says that %s is returned %s, and it is not in %v", name, key.Returned, monitor)
			}
		}
	})
	scenario(t, "of an alert", acsmontest.Options{Devices: 2, Monitors: 2, OpenAlerts: 4}, func(w *workbench) {
		alerts := rowsAt(w.alert(row{"all": true}), "alerts")
		if len(alerts) != 4 {
			w.t.Fatalf("the answer shows %d alerts, want 4: %v", len(alerts), alerts)
		}
		for name, key := range specOf(w.t, "acsmon_alert").Return["alerts"].Contains {
			for _, alert := range alerts {
				if _, ok := alert[name]; !ok && key.Returned == "always" {
					w.t.Errorf("the documentation says that %s is always returned, and it is not in %v", name, alert)
				}
			}
		}
	})
}

// TestEveryFieldIsReturned compares what a resource may show with what the documentation says that
// its module returns.
func TestEveryFieldIsReturned(t *testing.T) {
	client, err := acsmon.New("https://monitoring.example.com")
	if err != nil {
		t.Fatal(err)
	}
	for _, shape := range modules.Shapes(client) {
		returned := specOf(t, shape.Module).Return[strings.TrimPrefix(shape.Module, "acsmon_")]
		if returned == nil {
			t.Errorf("RETURN of %s does not document the resource", shape.Module)
			continue
		}
		for _, field := range shape.Fields {
			documented := slices.ContainsFunc(field.Keys, func(path string) bool {
				key, _, _ := strings.Cut(path, ".")
				return returned.Contains[key] != nil
			})
			if !field.Secret && !documented {
				t.Errorf("RETURN of %s lacks %s: document one of the keys %s", shape.Module, field.Name, strings.Join(field.Keys, ", "))
			}
		}
	}
}

// TestSecretsAreNotShown hides the secrets of the options of the connection, when a task succeeds, when
// the server refuses it, and when its options are mistaken.
func TestSecretsAreNotShown(t *testing.T) {
	secrets := row{"headers": row{"X-Gateway": "header-secret"}, "token": nil, "email": "api@example.com", "password": "password-secret"}
	for name, given := range map[string]row{
		"success":  {"name": "none", "state": "absent"},
		"refused":  {"name": "x", "type": "ping", "host": "h", "check_interval_seconds": 1},
		"mistaken": {"nmae": "password-secret header-secret"},
	} {
		scenario(t, name, acsmontest.Options{}, func(w *workbench) {
			w.AddUser("api@example.com", "password-secret", w.Server.Permissions()...)
			w.monitor(with(secrets, given)).hides("header-secret", "password-secret")
		})
	}
}

// TestArgumentsFile calls a module as Ansible does, with a file of arguments.
func TestArgumentsFile(t *testing.T) {
	scenario(t, "in a file", acsmontest.Options{}, func(w *workbench) {
		path := filepath.Join(w.t.TempDir(), "args")
		if err := os.WriteFile(path, []byte(`{"nmae": 1}`), 0o600); err != nil {
			w.t.Fatal(err)
		}
		program := command.Program{Flagged: modules.Command("acsmon_alert")}
		var out, errors bytes.Buffer
		call := command.Call{Stdout: &out, Stderr: &errors}
		if status := program.Run(w.t.Context(), []string{path}, call); status != 1 || errors.Len() > 0 || !strings.Contains(out.String(), "nmae") {
			w.t.Errorf("status %d, want 1, an answer about nmae and nothing on stderr: %s%s", status, &out, &errors)
		}
		if status := program.Run(w.t.Context(), []string{path + "x"}, call); status != 1 || errors.Len() == 0 {
			w.t.Errorf("a file that is not there: status %d and %q on stderr, want 1 and an error", status, &errors)
		}
	})
}
