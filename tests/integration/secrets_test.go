// SPDX-License-Identifier: GPL-3.0-or-later

package integration

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// The token stands in no output, at any verbosity, with and without no_log, on
// success and on failure, however the task was given it; and on no command line.
func TestTokenIsNowhere(t *testing.T) {
	t.Parallel()
	const task = "acsmon.monitor.acsmon_monitor: {name: Shop, type: ping, host: 192.0.2.1, config: {note: '{{ t }}'}"
	tests := map[string]string{
		"option":                 task + ", base_url: '{{ u }}', token: '{{ t }}'}",
		"environment":            task + "}\n  environment: {ACSMON_BASE_URL: '{{ u }}', ACSMON_TOKEN: '{{ t }}'}",
		"copied":                 task + "}\n  environment: {ACSMON_BASE_URL: '{{ u }}', ACSMON_TOKEN: '{{ t }}'}\n  async: 60\n  poll: 1",
		"option, no_log":         task + ", base_url: '{{ u }}', token: '{{ t }}'}\n  no_log: true",
		"environment, no_log":    task + "}\n  environment: {ACSMON_BASE_URL: '{{ u }}', ACSMON_TOKEN: '{{ t }}'}\n  no_log: true",
		"failure by a wrong one": "acsmon.monitor.acsmon_monitor: {name: Shop, base_url: '{{ u }}', token: '{{ t }}X'}\n  ignore_errors: true",
		"failure by an option":   "acsmon.monitor.acsmon_monitor: {name: Shop, base_url: '{{ u }}', token: '{{ t }}', tokne: '{{ t }}'}\n  ignore_errors: true",
	}
	eachCore(t, func(t *testing.T, s *site) {
		server := acsmontest.Start(t, acsmontest.Options{Seed: 1, Monitors: 3, Latency: 50 * time.Millisecond})
		var tasks strings.Builder
		for name, task := range tests {
			fmt.Fprintf(&tasks, "- name: %s\n  %s\n", name, task)
		}
		s.write("play.yml", "- hosts: localhost\n  connection: local\n  gather_facts: false\n  tasks:\n"+indent(tasks.String(), "    "))
		vars, err := json.Marshal(map[string]string{"u": server.URL, "t": server.Token})
		s.must(err)
		s.write("vars.json", string(vars))
		secret := server.Token[2:] // without the number before it
		for _, verbosity := range []string{"-v", "-vvvv"} {
			stop := make(chan struct{})
			seen := watchCommandLines(secret, stop)
			o := s.ok("ansible-playbook", "-i", "localhost,", "-e", "@vars.json", "play.yml", "--diff", verbosity)
			close(stop)
			if line := <-seen; line != "" {
				t.Errorf("%s: the token stood on the command line %s", verbosity, line)
			}
			if i := strings.Index(o.all(), secret); i >= 0 {
				t.Errorf("%s: the token is in the output: …%s", verbosity, o.all()[max(0, i-300):i])
			}
		}
	})
}

// watchCommandLines looks at the command lines of all processes until stop is
// closed, and gives the first that holds the secret.
func watchCommandLines(secret string, stop <-chan struct{}) <-chan string {
	found := make(chan string, 1)
	go func() {
		for {
			select {
			case <-stop:
				found <- ""
				return
			case <-time.After(10 * time.Millisecond):
			}
			paths, _ := filepath.Glob("/proc/[0-9]*/cmdline")
			for _, path := range paths {
				line, _ := os.ReadFile(path)
				if strings.Contains(string(line), secret) {
					found <- strings.ReplaceAll(string(line), "\x00", " ")
					return
				}
			}
		}
	}()
	return found
}

// A play that does not verify certificates is warned once, however many tasks, hosts and items it
// has.
func TestUnverifiedCertificatesAreWarnedOfOnce(t *testing.T) {
	t.Parallel()
	const play = `
- hosts: [one, two]
  connection: local
  gather_facts: false
  module_defaults:
    group/acsmon.monitor.acsmon: {base_url: "{{ url }}", token: "{{ token }}", validate_certs: false}
  tasks:
    - acsmon.monitor.acsmon_monitor_info: {}
    - acsmon.monitor.acsmon_monitor: {name: "{{ item }}", type: ping, host: 192.0.2.1}
      loop: [a, b]
`
	eachCore(t, func(t *testing.T, s *site) {
		server := fleet(t)
		back, err := url.Parse(server.URL)
		s.must(err)
		web := httptest.NewTLSServer(httputil.NewSingleHostReverseProxy(back))
		t.Cleanup(web.Close)
		// Loopback addresses are not warned of; this one leads there, too.
		elsewhere := strings.Replace(web.URL, "127.0.0.1", "0.0.0.0", 1)
		s.write("play.yml", play)
		o := s.ok("ansible-playbook", "-i", "one,two", "-e", "url="+elsewhere, "-e", "token="+server.Token, "play.yml")
		printed := strings.Join(strings.Fields(o.all()), " ")
		if n := strings.Count(printed, "is not verified, because validate_certs is false: "); n != 1 {
			t.Errorf("%d warnings, want one:\n%s", n, o.all())
		}
	})
}

// A redirect is not followed, and what it leads to gets no token.
func TestRedirectGetsNoToken(t *testing.T) {
	t.Parallel()
	other := acsmontest.Start(t, acsmontest.Options{})
	server := fleet(t)
	server.Inject(acsmontest.Fault{Do: acsmontest.Redirect(302, other.URL+"/api/v1/monitors")})
	s := newSite(t, venvs[len(venvs)-1])
	s.use(server)
	results, failed := s.play("- name: run\n  acsmon.monitor.acsmon_monitor: {name: Shop}\n")
	if msg := fmt.Sprint(results["run"]["msg"]); !failed || !strings.Contains(msg, "redirects are not followed") {
		t.Errorf("failed %v: %s", failed, msg)
	}
	if n := len(other.Requests()); n != 0 {
		t.Errorf("%d requests followed the redirect", n)
	}
}
