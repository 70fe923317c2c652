// SPDX-License-Identifier: GPL-3.0-or-later

package modules_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
	"github.com/acsmon/acsmon-ansible/collection"
	"github.com/acsmon/acsmon-ansible/internal/modules"
)

// TestModulesAreThoseOfTheCollection holds the executable to the files that
// Ansible sees.
func TestModulesAreThoseOfTheCollection(t *testing.T) {
	var names []string
	for _, module := range modules.All("") {
		names = append(names, module.Name)
	}
	slices.Sort(names)
	if !slices.Equal(names, collection.ModuleNames()) {
		t.Errorf("the executable has %v, the collection %v", names, collection.ModuleNames())
	}
}

// readOption finds the options that a module's code reads.
var readOption = regexp.MustCompile("(?:Arg|Given)\\(\"(\\w+)\"\\)|ansible:\"(\\w+)\"|{Name: \"(\\w+)\"|map\\[string\\]\\*string{\"(\\w+)\": [^,]+, \"(\\w+)\"")

// TestEveryDocumentedOptionIsRead holds the options that the documentation names
// to those that the code reads, both ways.
func TestEveryDocumentedOptionIsRead(t *testing.T) {
	connection := []string{"base_url", "token", "email", "password", "validate_certs", "ca_path", "proxy", "headers", "timeout", "max_wait"}
	for module, files := range map[string][]string{
		"acsmon_monitor": {"monitor.go", "resource.go"},
		"acsmon_alert":   {"alert.go"},
	} {
		read := slices.Clone(connection)
		for _, file := range files {
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, match := range readOption.FindAllStringSubmatch(string(source), -1) {
				for _, name := range match[1:] {
					if name != "" {
						read = append(read, name)
					}
				}
			}
		}
		slices.Sort(read)
		documented := slices.Sorted(maps.Keys(specOf(t, module).Options))
		if read = slices.Compact(read); !slices.Equal(read, documented) {
			t.Errorf("%s reads\n%v\nand documents\n%v", module, read, documented)
		}
	}
}

// TestTypesAreThoseOfTheClient holds the documented choices to what the client knows.
func TestTypesAreThoseOfTheClient(t *testing.T) {
	var documented []string
	for _, choice := range specOf(t, "acsmon_monitor").Options["type"].Choices {
		documented = append(documented, choice.(string))
	}
	if !slices.Equal(documented, acsmon.MonitorTypes) {
		t.Errorf("the documentation has %v, the client %v", documented, acsmon.MonitorTypes)
	}
}

// TestReturnedKeys holds what the documentation says is always returned to what is.
func TestReturnedKeys(t *testing.T) {
	scenario(t, "of a monitor", acsmontest.Options{Monitors: 3}, func(w *world) {
		monitor := w.monitor(row{"id": w.Rows("monitors")[0]["id"], "port": 81}).row["monitor"].(row)
		for name, key := range specOf(w.t, "acsmon_monitor").Return["monitor"].Contains {
			if _, ok := monitor[name]; !ok && (key.Returned == "always" || key.Returned == "when the monitor exists") {
				w.t.Errorf("%s is returned %s, and is not in %v", name, key.Returned, monitor)
			}
		}
	})
	scenario(t, "of an alert", acsmontest.Options{Devices: 2, Monitors: 2, OpenAlerts: 4}, func(w *world) {
		alerts := w.alert(row{"all": true}).row["alerts"].([]any)
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

// TestSecretsAreNotShown gives each secret an option can hold, on success and on
// failure, and looks for it in the answer.
func TestSecretsAreNotShown(t *testing.T) {
	secrets := row{"headers": row{"X-Gateway": "header-secret"}, "token": nil, "email": "api@example.com", "password": "password-secret"}
	for name, given := range map[string]row{
		"success":  {"name": "none", "state": "absent"},
		"refused":  {"name": "x", "type": "ping", "host": "h", "check_interval_seconds": 1},
		"mistaken": {"nmae": "password-secret header-secret"},
	} {
		scenario(t, name, acsmontest.Options{}, func(w *world) {
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
	scenario(t, "in a file", acsmontest.Options{}, func(w *world) {
		path := filepath.Join(w.t.TempDir(), "args")
		if err := os.WriteFile(path, []byte(`{"nmae": 1}`), 0o600); err != nil {
			w.t.Fatal(err)
		}
		var out, errors buffer
		if status := modules.Main(w.t.Context(), "1", "acsmon_alert", []string{path}, nil, &out, &errors); status != 1 || len(errors) > 0 {
			w.t.Errorf("status %d: %s", status, errors)
		}
		if status := modules.Main(w.t.Context(), "1", "acsmon_alert", []string{path + "x"}, nil, &out, &errors); status != 1 || len(errors) == 0 {
			w.t.Errorf("status %d: %s", status, errors)
		}
	})
}

type buffer []byte

func (b *buffer) Write(p []byte) (int, error) {
	*b = append(*b, p...)
	return len(p), nil
}
