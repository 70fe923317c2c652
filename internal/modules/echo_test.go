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

// TestNoEchoOfASecretIsShown is a server that repeats the secrets of a task in every place of its
// answers, in every spelling, whole and in parts, behind texts of every length: none of it is in
// what the modules answer.
func TestNoEchoOfASecretIsShown(t *testing.T) {
	const (
		token     = `12|Zk9qPuxyB0123/456789&abcdef`
		community = `c0mmunity  of "é" \ <us> & them 100%`
	)
	quoted := func(text string) string {
		encoded, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		return string(encoded)
	}
	for name, spell := range untrustedtest.Spellings {
		scenario(t, name, acsmontest.Options{}, func(w *workbench) {
			debug := filepath.Join(w.t.TempDir(), "debug")
			for i := range 12 {
				secret := []string{community, token, token, token}[i%4]
				runes := []rune(secret)
				part := string(runes[i%3 : len(runes)-i%5])
				echo := strings.Repeat("long ", i*5) + untrustedtest.Spell(part, spell) + strings.Repeat(" more", i%4*20)
				for _, answer := range []acsmontest.Fault{
					{Do: acsmontest.Answer(422, nil, fmt.Sprintf(`{"message":%s,"errors":{%s:[%s]}}`, quoted(echo), quoted(echo), quoted(echo)))},
					{Do: acsmontest.Answer(409, nil, echo)},
					{Do: acsmontest.Answer(404, nil, "<title>"+echo+"</title>")},
					{Do: acsmontest.Answer(302, http.Header{"Location": {"https://elsewhere.example/" + strings.Map(printable, echo)}}, "")},
					{Do: acsmontest.Answer(200, nil, fmt.Sprintf(`{"data":[{"id":1,"name":%[1]s,"type":"ping","host":%[1]s,"last_error":%[1]s,"config":{%[1]s:%[1]s}}],"meta":{"total":1}}`, quoted(echo)))},
					{Do: acsmontest.Answer(200, nil, fmt.Sprintf(`{"data":%s}`, quoted(echo)))},
				} {
					w.ClearFaults()
					w.Inject(answer)
					module, given := "acsmon_device", row{"name": "a", "ip_address": "192.0.2.1", "snmp_version": "2c", "snmp_community": community}
					switch i % 4 {
					case 1:
						given["state"] = "absent"
					case 2:
						module, given = "acsmon_api", row{"path": "/monitors"}
					case 3:
						module, given = "acsmon_monitor_info", row{}
					}
					given["token"], given["max_wait"] = token, 0
					given["_acsmon_environment"] = row{"ACSMON_DEBUG": debug}
					text := fmt.Sprint(w.run(module, given).row)
					if left := untrustedtest.Left(text, secret); left != "" {
						w.t.Fatalf("%s: %q is left of %q in\n%s", module, left, part, text)
					}
				}
			}
			lines := w.read(debug)
			for _, secret := range []string{token, community} {
				if left := untrustedtest.Left(lines, secret); left != "" || !strings.Contains(lines, "answered 422") {
					w.t.Errorf("%q is in what ACSMON_DEBUG writes:\n%.2000s", left, lines)
				}
			}
		})
	}
}

// TestSecretsInABaseURLAreNotShown is a URL with a secret where none belongs: it is refused, and
// shown without it.
func TestSecretsInABaseURLAreNotShown(t *testing.T) {
	for _, url := range []string{
		"https://s3cr3t-of-mine@monitoring.example.com", "https://me:s3cr3t-of-mine@monitoring.example.com/x", "me:s3cr3t-of-mine@monitoring.example.com",
		"https://monitoring.example.com/?key=s3cr3t-of-mine", "https://monitoring.example.com/?s3cr3t-of-mine#x", "https://s3cr3t%2Dof%2Dmine@monitoring.example.com",
	} {
		scenario(t, url, acsmontest.Options{}, func(w *workbench) {
			text := fmt.Sprint(w.run("acsmon_monitor", row{"base_url": url, "name": "x", "state": "absent"}).fails("base_url").row)
			if left := untrustedtest.Left(text, "s3cr3t-of-mine"); left != "" {
				w.t.Errorf("%q is in %s", left, text)
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
