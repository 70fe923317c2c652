// SPDX-License-Identifier: GPL-3.0-or-later

package inventory

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/internal/specs"
)

// Whatever a settings file holds, the answer is settings or one sentence that
// does not quote a secret.
func FuzzSettings(f *testing.F) {
	for _, seed := range []string{
		"token: 1|s3cr3t-s3cr3t\ngroup_by: [{field: status, parent: x}]\n", "token: \"1|s3cr3t-s3cr3t\nfilters: {", "--- !vault |\n  1|s3cr3t-s3cr3t\n",
		"vars: &a {b: *a}\n", "token: [1|s3cr3t-s3cr3t]\n", "group_vars: {x: y}\nhostnames: ['{']\n", "<<: {token: 1|s3cr3t-s3cr3t}\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		given, err := parseSettings([]byte(text))
		if err == nil {
			_, err = validate(given, "acsmon.yml")
		}
		if err != nil && (strings.Contains(err.Error(), "\n") || strings.Contains(err.Error(), "s3cr3t-s3cr3t") && strings.Contains(text, "token:")) {
			t.Errorf("%q: the error has more than one line, or shows the token: %v", text, err)
		}
	})
}

// Every option of the documentation is either one of the connection, which
// internal/settings reads, or has a field here; and the other way round.
func TestEveryDocumentedSettingIsRead(t *testing.T) {
	spec, err := specs.Load("acsmon")
	if err != nil {
		t.Fatal(err)
	}
	connection := []string{"base_url", "ca_path", "email", "headers", "max_wait", "password", "profile", "proxy", "timeout", "token", "validate_certs"}
	elsewhere := slices.Concat(connection, pluginOnly, ansibleCache, []string{"plugin"})
	names := settingNames()
	for name := range spec.Options {
		if !slices.Contains(elsewhere, name) && !slices.Contains(names, name) {
			t.Errorf("the setting %s is documented, but has no field in the struct options of settings.go", name)
		}
	}
	for _, name := range names {
		if spec.Options[name] == nil {
			t.Errorf("the setting %s has a field, but is not documented in collection/plugins/inventory/acsmon.py", name)
		}
	}
}

func settingNames() []string {
	var names []string
	fields := reflect.TypeFor[options]()
	for i := range fields.NumField() {
		names = append(names, fields.Field(i).Tag.Get("ansible"))
	}
	slices.Sort(names)
	return names
}
