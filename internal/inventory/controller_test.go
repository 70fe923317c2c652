// SPDX-License-Identifier: GPL-3.0-or-later

package inventory

import (
	"strings"
	"testing"
)

func TestMeansController(t *testing.T) {
	for _, own := range []string{
		"127.0.0.1", "127.1.2.3", "127.255.255.254", "0.0.0.0", "::1", "::", "::1%lo", "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1", "::ffff:7f00:1",
		"::ffff:0.0.0.0", "::127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "127.1", "127.0.1", "0", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1",
		"localhost", "LOCALHOST", "localhost.", " localhost ", "localhost.localdomain", "localhost4", "localhost6.localdomain6", "ip6-localhost",
		"ip6-loopback", "loopback", "web.localhost", "localhost.example.com",
	} {
		if !meansController(own) {
			t.Errorf("%q does not mean the controller", own)
		}
		if got := address(own); got != "" {
			t.Errorf("address(%q) = %q, want none", own, got)
		}
	}
	for _, other := range []string{
		"10.0.0.1", "128.0.0.1", "126.255.255.255", "0.0.0.1", "2001:db8::1", "fe80::1", "::2", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::",
		"123", "1.2", "web", "localhostess", "mylocalhost", "local", "localhost-2", "", "127", "127.example.com", "1.2.3.4.5", "300.1",
	} {
		if meansController(other) {
			t.Errorf("%q means the controller", other)
		}
	}
}

// A host that has no name but the controller's is named by its id. A host that has no address but
// the controller's gets none.
func TestHostsThatMeanTheController(t *testing.T) {
	s := served(t, `[{"id":1,"name":"127.1","ip_address":"127.0.0.1"},{"id":2,"name":"web.localhost","ip_address":"::ffff:127.0.0.1"},
		{"id":3,"name":"monitor","ip_address":"0.0.0.0"}]`)
	hosts := s.inventory().hosts
	for _, name := range []string{"127.1_1", "web.localhost_2", "monitor"} {
		if vars, ok := hosts[name]; !ok || vars["ansible_host"] != nil {
			t.Errorf("%s has %v, and is there: %v", name, vars, ok)
		}
	}
	if said := s.ok("--explain", "monitor"); !strings.Contains(said, "the controller's own") {
		t.Errorf("--explain says %s", said)
	}
}
