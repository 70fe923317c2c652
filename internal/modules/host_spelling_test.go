// SPDX-License-Identifier: GPL-3.0-or-later

package modules_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// behindGateway is a workbench whose gateway writes other texts than the modules send: pairs of the text
// that is sent and the text that arrives.
func behindGateway(t *testing.T, texts ...string) *workbench {
	t.Helper()
	server := acsmontest.New(acsmontest.Options{})
	replacer := strings.NewReplacer(texts...)
	gateway := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(strings.NewReader(replacer.Replace(string(body))))
		server.ServeHTTP(w, r)
	}))
	t.Cleanup(gateway.Close)
	return &workbench{server, t, row{"base_url": gateway.URL, "token": server.Token}, nil}
}

// TestAnotherSpellingOfAHost takes another spelling of a host for the same host, when it is written and
// in every later run.
func TestAnotherSpellingOfAHost(t *testing.T) {
	for name, test := range map[string]struct {
		module string
		given  row
		texts  []string
	}{
		"a name in lower case":     {"acsmon_monitor", row{"name": "x", "type": "ping", "host": "WWW.Example.com"}, []string{"WWW.Example.com", "www.example.com"}},
		"a dot at its end":         {"acsmon_monitor", row{"name": "x", "type": "ping", "host": "www.example.com."}, []string{"www.example.com.", "www.example.com"}},
		"an address":               {"acsmon_device", row{"name": "x", "ip_address": "2001:DB8:0::1", "snmp_community": "c"}, []string{"2001:DB8:0::1", "2001:db8::1"}},
		"a URL in a config":        {"acsmon_alert_channel", row{"name": "x", "type": "webhook", "config": row{"url": "HTTPS://Hooks.example.com/A"}}, []string{"HTTPS://Hooks.example.com/A", "https://hooks.example.com/A"}},
		"name servers in a config": {"acsmon_monitor", row{"name": "x", "type": "dns", "host": "h", "config": row{"nameservers": []string{"2001:DB8::53", "NS1."}}}, []string{"2001:DB8::53", "2001:db8::53", "NS1.", "ns1"}},
		"a host in an object":      {"acsmon_monitor", row{"name": "x", "type": "http", "host": "h", "config": row{"proxy": row{"host": "Proxy.Example.com"}}}, []string{"Proxy.Example.com", "proxy.example.com"}},
		"a network":                {"acsmon_discovery", row{"name": "x", "subnet": "2001:DB8::/120", "snmp_version": "2c"}, []string{"2001:DB8::/120", "2001:db8::/120"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := behindGateway(t, test.texts...)
			predicted, real := w.check(test.module, test.given), w.run(test.module, test.given)
			real.wantChanged()
			if !reflect.DeepEqual(predicted.row["diff"], real.row["diff"]) {
				t.Errorf("check mode predicts the diff\n%v\nand the run has\n%v", predicted.row["diff"], real.row["diff"])
			}
			w.run(test.module, test.given).wantUnchanged()
		})
	}
	t.Run("in bulk", func(t *testing.T) {
		w := behindGateway(t, "WWW.Example.com", "www.example.com")
		w.become("acsmon_monitors", row{"match_on": []string{"host"}, "monitors": []row{{"name": "x", "type": "ping", "host": "WWW.Example.com"}}})
	})
}

// TestWhatIsNoHost fails if the server changes the case of a text that is no host. The message names the
// key, what was sent and what is shown.
func TestWhatIsNoHost(t *testing.T) {
	for name, test := range map[string]struct {
		given row
		texts []string
		says  string
	}{
		"a name": {row{"name": "Web", "type": "ping", "host": "h"}, []string{`"Web"`, `"web"`}, `the server did not take name (sent "Web", shown "web") of monitor`},
		"a path": {row{"name": "x", "type": "http", "host": "h", "config": row{"path": "/A"}}, []string{"/A", "/a"}, `the server did not take config.path (sent "/A", shown "/a") of monitor`},
		"the path of a URL": {row{"name": "x", "type": "http", "host": "h", "config": row{"deep": row{"url": "http://h/A"}}}, []string{"http://h/A", "http://h/a"},
			`the server did not take config.deep.url (sent "http://h/A", shown "http://h/a") of monitor`},
		"another host":     {row{"name": "x", "type": "ping", "host": "one"}, []string{`"one"`, `"two"`}, `the server did not take host (sent "one", shown "two") of monitor`},
		"a tag":            {row{"name": "x", "type": "ping", "host": "h", "tags": []string{"PCI"}}, []string{`"PCI"`, `"pci"`}, `the server did not take tags (sent ["PCI"], shown ["pci"]) of monitor`},
		"a number in text": {row{"name": "x", "type": "http", "host": "h", "config": row{"retries": 3}}, []string{`"retries":3`, `"retries":"3"`}, `the server did not take config.retries (sent 3, shown "3") of monitor`},
	} {
		t.Run(name, func(t *testing.T) {
			behindGateway(t, test.texts...).monitor(test.given).fails(test.says)
			w := behindGateway(t, test.texts...)
			w.run("acsmon_monitors", row{"monitors": []row{test.given}}).fails(test.says)
		})
	}
	t.Run("a secret is not shown", func(t *testing.T) {
		for key, config := range map[string]row{
			"config.password": {"password": "Hunter22x"}, "config.own": {"own": "Hunter22x"},
			"config.credentials.user": {"credentials": row{"user": "Hunter22x"}}, "config.list": {"list": []row{{"token": "Hunter22x"}}},
		} {
			r := behindGateway(t, "Hunter22x", "hunter22x").monitor(row{"name": "x", "type": "ssh", "host": "h", "config": config, "secret_keys": []string{"own"}})
			if r.fails("the server did not take " + key); strings.Contains(strings.ToLower(r.msg()), "hunter22x") {
				t.Errorf("the message shows the secret: %s", r.msg())
			}
		}
	})
}
