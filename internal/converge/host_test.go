// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import "testing"

// TestSameHost compares spellings of hosts, alone and in URLs.
func TestSameHost(t *testing.T) {
	for _, test := range []struct {
		a, b any
		same bool
	}{
		{"www.Example.COM", "www.example.com", true},
		{"www.example.com.", "www.example.com", true},
		{"www.example.com", "www.example.org", false},
		{"2001:DB8:0:0::1", "2001:db8::1", true},
		{"[2001:db8::1]", "2001:db8::1", true},
		{"[2001:DB8::1]:443", "[2001:db8:0::1]:443", true},
		{"[2001:db8::1]:443", "[2001:db8::1]:80", false},
		{"2001:db8::1", "2001:db8::2", false},
		{"fe80::1%eth0", "fe80::1%ETH0", false},
		{"::ffff:192.0.2.1", "192.0.2.1", false},
		{"192.0.2.1", "192.0.2.1", true},
		{"192.0.2.1", "192.0.2.10", false},
		{"2001:DB8::/32", "2001:db8::/32", true},
		{"EXAMPLE.com:8080", "example.com:8080", true},
		{"example.com:8080", "example.com:80", false},
		{"HTTPS://Example.com/Path?Q=A", "https://example.com/Path?Q=A", true},
		{"https://example.com/Path", "https://example.com/path", false},
		{"https://example.com/", "https://example.com", false},
		{"https://Ann@Example.com/x", "https://Ann@example.com/x", true},
		{"https://Ann@example.com", "https://ann@example.com", false},
		{"https://[2001:DB8::1]:8443/x", "https://[2001:db8::1]:8443/x", true},
		{"http://example.com", "https://example.com", false},
		{[]any{"A.example.com", "::1"}, []any{"a.example.com", "0::1"}, true},
		{[]any{"a.example.com"}, []any{"a.example.com", "b"}, false},
		{"", "", false}, // which is what same compares
		{"a", nil, false},
		{80, "80", false},
	} {
		if got := sameHost(test.a, test.b); got != test.same {
			t.Errorf("%v and %v: %v", test.a, test.b, got)
		}
		if got := sameHost(test.b, test.a); got != test.same {
			t.Errorf("%v and %v: %v", test.b, test.a, got)
		}
	}
}

// TestHoldsHost tells by its name whether a key holds hosts.
func TestHoldsHost(t *testing.T) {
	for key, want := range map[string]bool{
		"host": true, "smtp_host": true, "hostname": true, "webhook_url": true, "webhookUrl": true, "nameservers": true, "Proxy": true,
		"ip_address": true, "X-Forwarded-Host": true, "fields.server": true,
		"path": false, "send": false, "expected_body_regex": false, "hostile": false, "ghost": false, "url_path": false, "name": false, "": false, "_": false, "SHIP": false,
	} {
		if got := holdsHost(key); got != want {
			t.Errorf("holdsHost(%q) = %t, want %t", key, got, want)
		}
	}
}
