// SPDX-License-Identifier: MIT

package acsmon_test

import (
	"net/http"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

func TestAnApplicationIsNamedInTheUserAgent(t *testing.T) {
	for _, test := range []struct{ name, version, want string }{
		{"backup", "1.2.0", "backup/1.2.0"},
		{"backup", "", "backup"},
		{"two words", "1", ""},
		{"backup", "1\r\nX-Evil: 1", ""},
		{"", "1", ""},
	} {
		var got string
		url := handleURL(t, func(w http.ResponseWriter, r *http.Request) {
			got = r.UserAgent()
			answer(200, `{"id":1}`)(w, r)
		})
		client, err := acsmon.New(url, acsmon.WithToken("1|x"), acsmon.WithApplication(test.name, test.version))
		if err == nil {
			_, err = client.Me(bg)
			client.CloseIdleConnections()
		}
		if (err == nil) != (test.want != "") || got != test.want {
			t.Errorf("%q %q: %q is sent, and the error is %v", test.name, test.version, got, err)
		}
	}
}
