// SPDX-License-Identifier: GPL-3.0-or-later

package inventory

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestHostName(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"core-switch-01.example.com", "core-switch-01.example.com"},
		{"Zürich 東京", "Zürich_東京"},
		{"  core\t", "core"},
		{" \n", ""},
		{"web\n01", "web_01"},
		{"web,db:22", "web_db_22"},
		{"web[01:50]", "web_01_50_"},
		{"*?!&~@/", "_______"},
		{"../../etc/passwd", "_._.._etc_passwd"},
		{"-oProxyCommand=touch x", "_oProxyCommand_touch_x"},
		{"{{ lookup('pipe', 'touch x') }}", "___lookup__pipe____touch_x_____"},
		{"\x1b]0;x\a\u202e\xff", "__0_x___"},
		{"10.0.0.1", "10.0.0.1"},
		{"2001:db8::1", "2001:db8::1"},
		{"fe80::1%eth0", "fe80__1_eth0"},
		{"10.0.0.1:22", "10.0.0.1_22"},
		{"__ansible_unsafe", "___ansible_unsafe"},
	} {
		if got := hostName(test.text); got != test.want {
			t.Errorf("hostName(%q) = %q, want %q", test.text, got, test.want)
		}
	}
}

func TestGroupName(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"device_type_cisco_ios", "device_type_cisco_ios"},
		{"Core network", "Core_network"},
		{"rack-7.b", "rack_7_b"},
		{"3com", "_3com"},
		{"all", "_all"},
		{"ungrouped", "_ungrouped"},
		{"_meta", "__meta"},
		{"a:b&c!d[0]", "a_b_c_d_0_"},
		{"__ansible_vault", "___ansible_vault"},
	} {
		if got := groupName(test.text); got != test.want {
			t.Errorf("groupName(%q) = %q, want %q", test.text, got, test.want)
		}
	}
}

func TestLongNamesAreCutAndStayApart(t *testing.T) {
	long := strings.Repeat("ü", 5000)
	for _, name := range []func(string) string{hostName, groupName} {
		one, other := name(long+"1"), name(long+"2")
		if len(one) > maxName || !utf8.ValidString(one) || one == other {
			t.Errorf("%q and %q: want two valid names of at most %d bytes", one, other, maxName)
		}
	}
}

func TestAddress(t *testing.T) {
	for _, good := range []string{"10.0.0.1", "2001:db8::1", "fe80::1%eth0", "sw1.example.com", "sw_1", "x", "123"} {
		if got := address(good); got != good {
			t.Errorf("address(%q) = %q, want it unchanged", good, got)
		}
	}
	for _, bad := range []string{
		"", "-oProxyCommand=touch x", "--", "a b", "a;b", "$(touch x)", "`x`", "a\nb", "user@host", "host:22",
		"fe80::1%$(x)", "fe80::1%-o", "10.0.0.1%eth0", ".hidden", "a..b", "bücher.example", "{{ x }}", strings.Repeat("a", 254),
	} {
		if got := address(bad); got != "" {
			t.Errorf("address(%q) = %q, want none", bad, got)
		}
	}
}

func TestUniqueNames(t *testing.T) {
	for _, test := range []struct {
		name    string
		devices []string // the names; the ids are 1, 2, …
		groups  []string
		want    []string
	}{
		{"names of their own", []string{"a", "b"}, nil, []string{"a", "b"}},
		{"one name twice: both get their ids", []string{"web", "db", "web"}, nil, []string{"web_1", "db", "web_3"}},
		{"a legal name keeps what a made one would take", []string{"a b", "a_b"}, nil, []string{"a_b_1", "a_b"}},
		{"two made names", []string{"a b", "a/b"}, nil, []string{"a_b_1", "a_b_2"}},
		{"the id is taken as well", []string{"web", "web", "web_1"}, nil, []string{"web_1_1", "web_2", "web_1"}},
		{"a group has the name", []string{"status_up"}, []string{"status_up"}, []string{"status_up_1"}},
		{"and the id form", []string{"x"}, []string{"x", "x_1"}, []string{"x_1_1"}},
		{"names that mean something to Ansible", []string{"all", "localhost", "127.0.0.1", "::1", "LocalHost", "ungrouped", "_meta"}, nil,
			[]string{"all_1", "localhost_2", "127.0.0.1_3", "__1_4", "LocalHost_5", "ungrouped_6", "_meta_7"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var candidates []candidate
			for i, name := range test.devices {
				candidates = append(candidates, candidate{wish: hostName(name), own: hostName(name) == name, id: strconv.Itoa(i + 1)})
			}
			taken := map[string]bool{}
			for _, group := range test.groups {
				taken[group] = true
			}
			if got := uniqueNames(candidates, taken); !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// Names differ from each other and do not depend on the order, whatever the
// devices are called.
func FuzzUniqueNames(f *testing.F) {
	f.Add("web|web|web_1|web_2|web_1_1|a b|a_b|a/b|localhost||", uint64(1))
	f.Fuzz(func(t *testing.T, names string, seed uint64) {
		var candidates []candidate
		for i, name := range strings.Split(names, "|") {
			wish := hostName(name)
			if wish == "" {
				wish = fmt.Sprintf("device_%d", i)
			}
			candidates = append(candidates, candidate{wish: wish, own: wish == name, id: strconv.Itoa(i)})
		}
		taken := map[string]bool{"web": true}
		inOrder := map[candidate]string{}
		seen := map[string]bool{}
		for i, name := range uniqueNames(candidates, taken) {
			if seen[name] || taken[name] || reserved(name) || name == "" || strings.HasPrefix(name, "-") {
				t.Fatalf("the name %q for %q is bad", name, candidates[i].wish)
			}
			seen[name], inOrder[candidates[i]] = true, name
		}
		shuffled := slices.Clone(candidates)
		rand.New(rand.NewPCG(seed, 0)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		for i, name := range uniqueNames(shuffled, taken) {
			if want := inOrder[shuffled[i]]; name != want {
				t.Fatalf("%q is called %q, and %q in another order", shuffled[i].wish, want, name)
			}
		}
	})
}
