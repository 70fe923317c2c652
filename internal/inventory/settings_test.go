// SPDX-License-Identifier: GPL-3.0-or-later

package inventory

import (
	"maps"
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
			t.Errorf("%q: %v", text, err)
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
	var documented []string
	for name := range maps.Keys(spec.Options) {
		if name != "plugin" && !slices.Contains(slices.Concat(connection, pluginOnly, ansibleCache), name) {
			documented = append(documented, name)
		}
	}
	slices.Sort(documented)
	if read := settingNames(); !slices.Equal(read, documented) {
		t.Errorf("read are %q, documented %q", read, documented)
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
