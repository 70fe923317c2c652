// SPDX-License-Identifier: GPL-3.0-or-later

package modules_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// covered sets up an install and returns the hosts of a task. Monitors watch some of the hosts, and some
// monitors watch none.
func (w *workbench) covered() row {
	router := w.Add("devices", row{"name": "Core router", "ip_address": "192.0.2.9", "device_type": "router"})
	w.Add("devices", row{"name": "old-switch", "ip_address": "192.0.2.8", "device_type": "switch"})
	web := w.Add("monitors", row{"name": "Web", "type": "https", "host": "https://WWW1.example.com/", "port": 443})
	w.Add("monitors", row{"name": "Certificate", "type": "ssl", "host": "www1.example.com"})
	w.Add("monitors", row{"name": "Ping", "type": "ping", "host": "2001:db8:0::1", "is_active": false})
	w.Add("monitors", row{"name": "linked", "type": "tcp", "host": "vip.example.com", "device_id": router, "is_active": false})
	w.Add("monitors", row{"name": "db1 mysql", "type": "mysql", "host": "10.0.0.1", "tags": []string{"owner:shop"}})
	w.Add("monitors", row{"name": "api tcp", "type": "tcp", "host": "10.0.0.2"}) // not of the host api: neither its address nor a tag says so
	w.Add("monitors", row{"name": "=cmd() <b>`Tuesday`</b> {{ 1 }}", "type": "https", "host": "gone.example.com"})
	w.Add("monitors", row{"name": "Off", "type": "https", "host": "off.example.com", "is_active": false})
	w.Add("monitor-alert-rules", row{"name": "Expiry", "monitor_id": web, "condition": "ssl_expiry_lt", "threshold": 14})
	w.Add("monitor-alert-rules", row{"name": "Off", "monitor_id": web + 6, "condition": "ssl_expiry_lt", "threshold": 14, "is_active": false})
	w.Add("monitor-alert-rules", row{"name": "Down", "monitor_id": web + 6, "condition": "status_down"})
	return row{"hosts": row{"www1.example.com": "", "six": "2001:0DB8::1", "router": []string{"192.0.2.9"}, "db1": nil, "api": "", "lonely": "192.0.2.77, lonely.example.com", "twin": "2001:db8::1"}}
}

// names lists the elements of a list in the answer: texts as they are, and rows by one of their fields.
func (r *result) names(key, field string) string {
	r.t.Helper()
	var names []string
	list, _ := r.row[key].([]any)
	for i, one := range list {
		if text, ok := one.(string); ok {
			names = append(names, text)
		} else {
			names = append(names, fmt.Sprint(at[row](r, key, i)[field]))
		}
	}
	return strings.Join(names, ", ")
}

// TestACertificateIsThatOfAPort finds the rule of a certificate by the host and the port, which may be
// in a URL.
func TestACertificateIsThatOfAPort(t *testing.T) {
	scenario(t, "", acsmontest.Options{}, func(w *workbench) {
		w.Add("monitors", row{"name": "Admin", "type": "https", "host": "https://www1.example.com:8443/"})
		w.Add("monitor-alert-rules", row{
			"name": "Expiry", "monitor_id": w.Add("monitors", row{"name": "Web", "type": "https", "host": "https://www1.example.com/"}), "condition": "ssl_expiry_lt", "threshold": 14,
		})
		r := w.run("acsmon_coverage", row{"hosts": row{"www1.example.com": ""}})
		if got := r.names("certificates_without_rule", "name"); got != "Admin" {
			w.t.Errorf("without a rule are the certificates of %q, want Admin", got)
		}
	})
}

// TestCoverage finds hosts that nothing watches and monitors that watch no host, on each kind of server.
func TestCoverage(t *testing.T) {
	for name, alt := range alternatives() {
		scenario(t, name, acsmontest.Options{Alternatives: alt}, func(w *workbench) {
			r := w.run("acsmon_coverage", w.covered())
			if len(rowsAt(r, "hosts")) == 0 {
				w.t.Fatalf("the answer should show the hosts, and is %v", r.row)
			}
			want := expectedCoverage(w)
			for key, field := range map[string]string{"unwatched": "", "paused": "", "monitors_without_host": "name", "devices_without_host": "name", "certificates_without_rule": "name"} {
				if got := r.names(key, field); got != want[key] {
					w.t.Errorf("%s is %q, want %q", key, got, want[key])
				}
			}
			if got := fmt.Sprint(r.wantUnchanged().row["percent"]); got != want["percent"] {
				w.t.Errorf("percent is %s, want %s", got, want["percent"])
			}
		})
	}
}

// expectedCoverage is what can be known of the install from the fields that the server's list shows.
func expectedCoverage(w *workbench) map[string]string {
	first := at[row](w.api(row{"path": "/monitors", "all_pages": true}), "response", 3)
	_, active := first["is_active"]
	_, tags := first["tags"]
	_, device := first["device"]
	_, deviceID := first["device_id"]
	want := map[string]string{
		"unwatched": "api, lonely", "paused": "six, twin", "devices_without_host": "old-switch", "percent": "42.85",
		"monitors_without_host": "=cmd() <b>`Tuesday`</b> {{ 1 }}, Off, api tcp", "certificates_without_rule": "=cmd() <b>`Tuesday`</b> {{ 1 }}",
	}
	if !active {
		want["paused"], want["percent"], want["certificates_without_rule"] = "", "71.42", want["certificates_without_rule"]+", Off"
	}
	if !tags {
		want["unwatched"], want["monitors_without_host"] = "api, db1, lonely", want["monitors_without_host"]+", db1 mysql"
		want["percent"] = map[bool]string{true: "28.57", false: "57.14"}[active]
	}
	if !device && !deviceID {
		want["monitors_without_host"] += ", linked"
	}
	return want
}

// TestCoverageCost reads each list once, however many hosts there are.
func TestCoverageCost(t *testing.T) {
	scenario(t, "of a fleet", acsmontest.Options{Devices: 150, Monitors: 250}, func(w *workbench) {
		hosts := row{}
		for i := range 500 {
			hosts[fmt.Sprint("host", i)] = fmt.Sprintf("10.1.%d.%d", i/250, i%250)
		}
		w.run("acsmon_coverage", row{"hosts": hosts}).costs("GET /devices", "GET /devices", "GET /monitors", "GET /monitors", "GET /monitors", "GET /monitor-alert-rules")
		w.run("acsmon_coverage", row{"hosts": hosts, "certificates": false, "token": w.NewToken("devices.view", "monitors.view")}).
			costs("GET /devices", "GET /devices", "GET /monitors", "GET /monitors", "GET /monitors")
		w.run("acsmon_coverage", row{"hosts": row{}}).fails("hosts is empty").costs()
		w.run("acsmon_coverage", row{"hosts": hosts, "report": "x.pdf"}).fails("end the name with .csv, .html, .json or .md").costs()
	})
}

// TestCoverageReport writes a report in each form. Text of strangers is inert in all of them.
func TestCoverageReport(t *testing.T) {
	scenario(t, "in each form", acsmontest.Options{}, func(w *workbench) {
		folder := w.t.TempDir()
		given := w.covered()
		var files []string
		for _, ending := range []string{"csv", "html", "json", "md"} {
			files = append(files, filepath.Join(folder, "c."+ending))
		}
		given["report"] = files
		if got := w.check("acsmon_coverage", given).wantUnchanged().names("report", ""); got != strings.Join(files, ", ") {
			w.t.Errorf("the answer names the files %s, want %s", got, files)
		}
		for i, text := range []string{
			"host,unwatched,lonely,,,,,http", `<td data-title="Address"><bdi>gone.example.com</bdi></td>`, `"monitors_without_host": [`, "`` =cmd() <b>`Tuesday`</b> {{ 1 }} ``",
		} {
			if content := w.read(files[i]); !strings.Contains(content, text) {
				w.t.Errorf("%s does not hold %s:\n%s", files[i], text, content)
			}
		}
		if !strings.Contains(w.read(files[0]), "\nmonitor,without host,'=cmd() ") {
			w.t.Errorf("the cell of the monitor =cmd() does not begin with an apostrophe, so it is a formula:\n%s", w.read(files[0]))
		}
	})
}
