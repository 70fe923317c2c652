// SPDX-License-Identifier: GPL-3.0-or-later

package modules_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
	"github.com/acsmon/acsmon-ansible/internal/untrusted/untrustedtest"
)

const (
	echoedToken     = `12|Zk9qPuxyB0123/456789&abcdef`
	echoedCommunity = `c0mmunity  of "é" \ <us> & them 100%`
)

// quoted is a text as a JSON string.
func quoted(t *testing.T, text string) string {
	t.Helper()
	encoded, err := json.Marshal(text)
	if err != nil {
		t.Fatal(err)
	}
	return string(encoded)
}

// echoes are responses that repeat a text in every place that a response has.
func echoes(t *testing.T, text string) []acsmontest.Fault {
	t.Helper()
	json := quoted(t, text)
	return []acsmontest.Fault{
		{Do: acsmontest.Answer(422, nil, fmt.Sprintf(`{"message":%s,"errors":{%s:[%s]}}`, json, json, json))},
		{Do: acsmontest.Answer(409, nil, text)},
		{Do: acsmontest.Answer(404, nil, "<title>"+text+"</title>")},
		{Do: acsmontest.Answer(302, http.Header{"Location": {"https://elsewhere.example/" + strings.Map(printable, text)}}, "")},
		{Do: acsmontest.Answer(200, nil, fmt.Sprintf(`{"data":[{"id":1,"name":%[1]s,"type":"ping","host":%[1]s,"last_error":%[1]s,"config":{%[1]s:%[1]s}}],"meta":{"total":1}}`, json))},
		{Do: acsmontest.Answer(200, nil, fmt.Sprintf(`{"data":%s}`, json))},
	}
}

// echoed is the ith of the tasks whose secrets the server repeats, and the secret that it repeats.
func echoed(i int) (module string, given row, secret string) {
	device := row{"name": "a", "ip_address": "192.0.2.1", "snmp_version": "2c", "snmp_community": echoedCommunity}
	switch i % 4 {
	case 1:
		return "acsmon_device", with(device, row{"state": "absent"}), echoedToken
	case 2:
		return "acsmon_api", row{"path": "/monitors"}, echoedToken
	case 3:
		return "acsmon_monitor_info", row{}, echoedToken
	}
	return "acsmon_device", device, echoedCommunity
}

// TestNoEchoOfASecretIsShown has a server that repeats the secrets of a task in every place of its
// responses, in every spelling, whole and in parts, behind texts of every length. Nothing of them is in
// the answers of the modules, or in what ACSMON_DEBUG writes.
func TestNoEchoOfASecretIsShown(t *testing.T) {
	for name, spell := range untrustedtest.Spellings {
		scenario(t, name, acsmontest.Options{}, func(w *workbench) {
			debug := filepath.Join(w.t.TempDir(), "debug")
			for i := range 12 {
				module, given, secret := echoed(i)
				given = with(given, row{"token": echoedToken, "max_wait": 0, "_acsmon_environment": row{"ACSMON_DEBUG": debug}})
				runes := []rune(secret)
				part := string(runes[i%3 : len(runes)-i%5])
				echo := strings.Repeat("long ", i*5) + untrustedtest.Spell(part, spell) + strings.Repeat(" more", i%4*20)
				for _, answer := range echoes(w.t, echo) {
					w.ClearFaults()
					w.Inject(answer)
					text := fmt.Sprint(w.run(module, given).row)
					if left := untrustedtest.Left(text, secret); left != "" {
						w.t.Fatalf("%s shows %q of the secret %q in\n%s", module, left, part, text)
					}
				}
			}
			lines := w.read(debug)
			if !strings.Contains(lines, "answered 422") {
				w.t.Errorf("ACSMON_DEBUG should write that the server answered 422, and writes:\n%.2000s", lines)
			}
			for _, secret := range []string{echoedToken, echoedCommunity} {
				if left := untrustedtest.Left(lines, secret); left != "" {
					w.t.Errorf("ACSMON_DEBUG writes %q of the secret %q:\n%.2000s", left, secret, lines)
				}
			}
		})
	}
}

// TestSecretsInABaseURLAreNotShown refuses a URL with a secret in a place where none belongs, and shows
// the URL without it.
func TestSecretsInABaseURLAreNotShown(t *testing.T) {
	for _, url := range []string{
		"https://s3cr3t-of-mine@monitoring.example.com", "https://me:s3cr3t-of-mine@monitoring.example.com/x", "me:s3cr3t-of-mine@monitoring.example.com",
		"https://monitoring.example.com/?key=s3cr3t-of-mine", "https://monitoring.example.com/?s3cr3t-of-mine#x", "https://s3cr3t%2Dof%2Dmine@monitoring.example.com",
	} {
		scenario(t, url, acsmontest.Options{}, func(w *workbench) {
			text := fmt.Sprint(w.run("acsmon_monitor", row{"base_url": url, "name": "x", "state": "absent"}).fails("base_url").row)
			if left := untrustedtest.Left(text, "s3cr3t-of-mine"); left != "" {
				w.t.Errorf("the answer shows %q of the secret: %s", left, text)
			}
		})
	}
}

// printable keeps what a header can hold.
func printable(c rune) rune {
	if c < ' ' || c > '~' {
		return -1
	}
	return c
}
