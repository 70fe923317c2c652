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

// TestModulesAreThoseOfTheCollection checks the executable against the files that Ansible sees.
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

// connectionOptions are the options of the connection fragment, each with a value
// that cannot be, and what is said of it.
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

// least are the arguments without which a module does nothing.
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

// withoutAPI are the options of the connection that a module need not look at, because it does not
// speak to the API.
var withoutAPI = map[string][]string{"acsmon_webhook_event": {"token", "email", "password", "profile", "headers"}}

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

// TestCertificates is a server whose certificate no authority of the system signed.
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
		if r := w.monitor(given).costs("GET /monitors", "GET /monitors"); !r.unchanged() {
			t.Errorf("%v: %v", given, r.row)
		}
	}
}

// readOption finds the options that a module's code reads.
var readOption = regexp.MustCompile("(?:Arg|Given)\\(\"(\\w+)\"\\)|ansible:\"(\\w+)\"|{Name: \"(\\w+)\"|given\\[\"(\\w+)\"\\]|\"(new_name)\": &")

// otherOptions are read for the resources that have secrets, channels or permissions.
var otherOptions = []string{"update_password", "missing_secrets", "purge_channels", "purge_permissions"}

// TestEveryDocumentedOptionIsRead checks the options that the documentation names against those
// that the code reads, both ways.
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

// TestTypesAreThoseOfTheClient checks the documented choices against what the client knows.
func TestTypesAreThoseOfTheClient(t *testing.T) {
	var documented []string
	for _, choice := range specOf(t, "acsmon_monitor").Options["type"].Choices {
		documented = append(documented, choice.(string))
	}
	if !slices.Equal(documented, acsmon.MonitorTypes) {
		t.Errorf("the documentation has %v, the client %v", documented, acsmon.MonitorTypes)
	}
}

// TestExamplesAreValid checks the arguments of every example against the options. What a template
// gives is not known: here it is a choice, where there are some, or 1.
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
		for _, task := range tasksIn(examples) {
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

func tasksIn(list any) []row {
	var tasks []row
	for _, task := range list.([]any) {
		task := task.(row)
		tasks = append(tasks, task)
		if block, ok := task["block"]; ok {
			tasks = append(tasks, tasksIn(block)...)
		}
	}
	return tasks
}

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

// TestDefaultsAreThoseOfTheSettings: a default in the documentation is no more
// than what the settings do without a word.
func TestDefaultsAreThoseOfTheSettings(t *testing.T) {
	nothing := func(string) (string, bool) { return "", false }
	c, err := settings.Resolve(settings.Task, row{"base_url": "https://monitoring.example.com", "token": "t"}, nothing, nil)
	if err != nil {
		t.Fatal(err)
	}
	if documented := fmt.Sprint(specOf(t, "acsmon_monitor").Options["max_wait"].Default); documented != fmt.Sprint(c.MaxWait.Seconds()) {
		t.Errorf("max_wait is %v, and documented as %s", c.MaxWait, documented)
	}
}

// TestReturnedKeys checks what the documentation says is always returned against what is.
func TestReturnedKeys(t *testing.T) {
	scenario(t, "of a monitor", acsmontest.Options{Monitors: 3}, func(w *workbench) {
		monitor := at[row](w.monitor(row{"id": w.Rows("monitors")[0]["id"], "port": 81}), "monitor")
		for name, key := range specOf(w.t, "acsmon_monitor").Return["monitor"].Contains {
			if _, ok := monitor[name]; !ok && (key.Returned == "always" || key.Returned == "when the monitor exists") {
				w.t.Errorf("%s is returned %s, and is not in %v", name, key.Returned, monitor)
			}
		}
	})
	scenario(t, "of an alert", acsmontest.Options{Devices: 2, Monitors: 2, OpenAlerts: 4}, func(w *workbench) {
		alerts := at[[]any](w.alert(row{"all": true}), "alerts")
		if len(alerts) != 4 {
			w.t.Fatalf("the alerts are %v", alerts)
		}
		for name, key := range specOf(w.t, "acsmon_alert").Return["alerts"].Contains {
			for _, alert := range alerts {
				if _, ok := alert.(row)[name]; !ok && key.Returned == "always" {
					w.t.Errorf("%s is always returned, and is not in %v", name, alert)
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

// TestSecretsAreNotShown gives each secret an option can hold, on success and on
// failure, and looks for it in the answer.
func TestSecretsAreNotShown(t *testing.T) {
	secrets := row{"headers": row{"X-Gateway": "header-secret"}, "token": nil, "email": "api@example.com", "password": "password-secret"}
	for name, given := range map[string]row{
		"success":  {"name": "none", "state": "absent"},
		"refused":  {"name": "x", "type": "ping", "host": "h", "check_interval_seconds": 1},
		"mistaken": {"nmae": "password-secret header-secret"},
	} {
		scenario(t, name, acsmontest.Options{}, func(w *workbench) {
			w.AddUser("api@example.com", "password-secret", w.Server.Permissions()...)
			r := w.monitor(with(secrets, given))
			for _, secret := range []string{"header-secret", "password-secret"} {
				if text := fmt.Sprint(r.row); strings.Contains(text, secret) {
					w.t.Errorf("%s is in %s", secret, text)
				}
			}
		})
	}
}

// TestArgumentsFile is how Ansible calls a module: with a file of arguments.
func TestArgumentsFile(t *testing.T) {
	scenario(t, "in a file", acsmontest.Options{}, func(w *workbench) {
		path := filepath.Join(w.t.TempDir(), "args")
		if err := os.WriteFile(path, []byte(`{"nmae": 1}`), 0o600); err != nil {
			w.t.Fatal(err)
		}
		program := command.Program{Flagged: modules.Command("acsmon_alert")}
		var out, errors bytes.Buffer
		call := command.Call{Stdout: &out, Stderr: &errors}
		if status := program.Run(w.t.Context(), []string{path}, call); status != 1 || errors.Len() > 0 {
			w.t.Errorf("status %d: %s", status, &errors)
		}
		if status := program.Run(w.t.Context(), []string{path + "x"}, call); status != 1 || errors.Len() == 0 {
			w.t.Errorf("status %d: %s", status, &errors)
		}
	})
}
