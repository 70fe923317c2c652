// SPDX-License-Identifier: GPL-3.0-or-later

package inventory

import (
	"bytes"
	"os"
	"testing"
)

// The config of a monitor can hold the secrets of what it monitors. Whoever reads an inventory, a
// log of it or a cache has no need of them.
func TestSecretsInRowsAreHidden(t *testing.T) {
	server := fleet(t)
	server.Add("monitors", map[string]any{
		"name": "Secretive", "type": "https", "host": "10.0.0.1",
		"config": map[string]any{"path": "/kept", "headers": map[string]any{"Authorization": "Bearer s3cret-header"}, "account_sid": "s3cret-sid"},
	})
	server.Add("devices", map[string]any{"name": "talkative", "ip_address": "10.0.4.1", "is_active": true, "snmp_community": "s3cret-community"})
	s := newScript(t, server.URL, server.Token)
	s.settings("cache_timeout: 60\nsources: [devices, monitors]\nsecret_keys: [ACCOUNT_SID]\n")
	for _, call := range [][]string{{"--list"}, {"--host", "talkative"}, {"--explain", "talkative"}} {
		if printed := s.ok(call...); bytes.Contains([]byte(printed), []byte("s3cret")) {
			t.Errorf("%v shows a secret:\n%s", call, printed)
		}
	}
	for _, file := range cacheFiles(t) {
		content, err := os.ReadFile(file)
		if err != nil || bytes.Contains(content, []byte("s3cret")) || !bytes.Contains(content, []byte("/kept")) {
			t.Errorf("the cache holds a secret, or not the rest (%v):\n%s", err, content)
		}
	}
	server.ResetRequests()
	if s.settings("cache_timeout: 60\nsources: [devices, monitors]\n").ok("--list"); requests(server) == 0 {
		t.Error("rows that were cached with other secret_keys were used")
	}
}
