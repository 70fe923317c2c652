// SPDX-License-Identifier: MIT

package acsmon_test

import (
	"encoding/json"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// The licence is found under either spelling of the word, and may have no cap.
func TestLicenceIn(t *testing.T) {
	for text, want := range map[string]acsmon.Licence{
		`{"licence":{"cap":100,"used":"7"}}`: {Cap: 100, Used: 7},
		`{"license":{"cap":"100","used":7}}`: {Cap: 100, Used: 7},
		`{"license":{"cap":null,"used":7}}`:  {Used: 7},
	} {
		var stats acsmon.Fields
		if err := json.Unmarshal([]byte(text), &stats); err != nil {
			t.Fatal(err)
		}
		if got, shown := acsmon.LicenceIn(stats); got != want || !shown {
			t.Errorf("LicenceIn(%s) = %v, shown: %t, want %v", text, got, shown, want)
		}
	}
	for _, stats := range []acsmon.Fields{{}, {"licence": "full"}, {"license": []any{}}} {
		if got, shown := acsmon.LicenceIn(stats); shown && got != (acsmon.Licence{}) {
			t.Errorf("LicenceIn(%v) = %v, want none", stats, got)
		}
	}
}

// A user is restricted where a list of groups says so.
func TestScopedTo(t *testing.T) {
	for want, fields := range []acsmon.Fields{
		{"device_groups": []any{}, "roles": []any{"viewer"}},
		{"scoped_groups": []any{json.Number("3")}},
		{"device_group_ids": []any{json.Number("1"), json.Number("2")}},
	} {
		if got := (acsmon.User{Object: acsmon.Object{Fields: fields}}).ScopedTo(); got != want {
			t.Errorf("ScopedTo of %v is %d, want %d", fields, got, want)
		}
	}
}
