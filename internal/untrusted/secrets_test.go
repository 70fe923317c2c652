// SPDX-License-Identifier: GPL-3.0-or-later

package untrusted_test

import (
	"encoding/base64"
	"fmt"
	"html"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/acsmon/acsmon-ansible/internal/untrusted"
	"github.com/acsmon/acsmon-ansible/internal/untrusted/untrustedtest"
)

func knowing(secrets ...string) *untrusted.Secrets {
	s := &untrusted.Secrets{}
	s.Add(secrets...)
	return s
}

func TestRedact(t *testing.T) {
	const token = "12|Zk9/qP+u \"x\"\\y&é~0123456789abcdef"
	for _, test := range []struct {
		name, secret, text, want string
	}{
		{"nothing to hide", token, "GET /monitors answered 403", "GET /monitors answered 403"},
		{"the whole text", "up", "up", "********"},
		{"a secret of two characters inside a text", "up", "update", "update"},
		{"an everyday word in a message", "core", "the community core is refused", "the community ******** is refused"},
		{"twice", "hunter2!", "hunter2!, hunter2!", "********, ********"},
		{"a part that is left of a cut", token, "token 12|Zk9/qP+u", "token ********"},
		{"too little to give it away", token, "token 12|Zk9/ ", "token 12|Zk9/ "},
		{"the tail of a cut", token, "token 12|Zk…", "token ********…"},
		{"the tail of a cut in quotes", token, `"token 12|Zk..."`, `"token ********..."`},
		{"its middle", token, "…3456789abcd…", "…********…"},
		{"in a query", token, "/x?t=" + url.QueryEscape(token) + "&u=1", "/x?t=********&u=1"},
		{"in HTML", token, "<b>" + html.EscapeString(token) + "</b>", "<b>********</b>"},
		{"in JSON of PHP", token, `{"a":"12|Zk9\/qP+u \"x\"\\y&\u00e9~0123456789abcdef"}`, `{"a":"********"}`},
		{"in JSON in a Go string", token, fmt.Sprintf("%q", `{"a":"12|Zk9\/qP+u \"x\"\\y&\u00e9~0123456789abcdef"}`), `"{\"a\":\"********\"}"`},
		{"with other white space", "correct horse battery", "correct  horse\n battery!", "********!"},
		{"with a control character made visible", "ab\x1bcdefgh", `ab\u001bcdefgh`, "********"},
		{"in base64 behind a name", token, base64.StdEncoding.EncodeToString([]byte("me:" + token)), "bWU6********g=="},
		{"the host of a URL is no secret", "https://hooks.slack.com/services/T0/B0/xyz", "https://hooks.slack.com/ failed", "https://hooks.slack.com/ failed"},
		{"the path of a URL is", "https://hooks.slack.com/services/T0/B0/xyz", "POST https://hooks.slack.com/services/T0/B0/xyz failed", "POST https://hooks.slack.com/******** failed"},
		{"a short path of a URL", "https://a.example/x", "POST https://a.example/x failed", "POST ******** failed"},
		{"what is not UTF-8", "pass\xffword", "the pass\xffword", "the ********"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := knowing(test.secret).Redact(test.text); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestWhatTheUserGaveInTheOpenStays(t *testing.T) {
	s := knowing("public", "monitoring2024", "12|0123456789abcdef")
	s.Open("the token 12|0123456789abcdef", "public-web-01", "https://monitoring.example.com", "tag", "public")
	for text, want := range map[string]string{
		"public-web-01":                                    "public-web-01",
		"the token 12|0123456789abcdef":                    "the token ********",
		"the device public-web-01 has no community public": "the device public-web-01 has no community ********",
		"public":                                "public",
		"public-web-02":                         "********-web-02",
		"https://monitoring.example.com failed": "https://monitoring.example.com failed",
		"monitoring2024":                        "********",
		"at monitoring2024.example.com":         "at ********.example.com",
	} {
		if got := s.Redact(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
	if got := s.RedactField("public-web-02"); got != "public-web-02" {
		t.Errorf("a name nobody gave is %q", got)
	}
	if got := s.RedactField("my monitoring2024"); got != "my ********" {
		t.Errorf("a long secret in a name: %q", got)
	}
}

// Whatever the secret, its spelling, the place where it stands and the place where it was cut,
// nothing that gives it away is left, and what stands around it is.
func TestNoSecretSurvivesInAnySpelling(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		secret := randomSecret(random)
		known := knowing(secret)
		for name, spell := range untrustedtest.Spellings {
			begin, end := random.IntN(3), random.IntN(3)
			runes := []rune(secret)
			if begin+end+8 > len(runes) || strings.HasPrefix(name, "doubled") { // of which 8 characters may be one
				begin, end = 0, 0
			}
			text := "before(" + untrustedtest.Spell(string(runes[begin:len(runes)-end]), spell) + ")after"
			got := known.Redact(text)
			if left := untrustedtest.Survivor(got, secret, spell); left != "" {
				t.Fatalf("%s: of %q in %q, %q is left in %q", name, secret, text, left, got)
			}
			if !strings.HasPrefix(got, "before(") || !strings.HasSuffix(got, ")after") {
				t.Fatalf("%s: %q with the secret %q became %q", name, text, secret, got)
			}
		}
	}
}

// randomSecret is made of what breaks spellings. It begins and ends with letters, so that where it
// begins is certain.
func randomSecret(random *rand.Rand) string {
	alphabet := []rune(`abcXYZ0189|/+&<>"'\%=~-_.:; é日😀` + "\t")
	secret := []rune{'Q'}
	for range 8 + random.IntN(30) {
		secret = append(secret, alphabet[random.IntN(len(alphabet))])
	}
	return string(append(secret, 'Z'))
}

func FuzzRedact(f *testing.F) {
	f.Add("12|abcdefghij", "a ", " b", uint8(0))
	f.Add(`x%41\"\\u00e9&amp;  y`, "%", "1", uint8(3))
	f.Fuzz(func(t *testing.T, secret, before, after string, which uint8) {
		if !utf8.ValidString(secret+before+after) || len(secret) < 4 || strings.Contains(secret, "\x00") { // HTML has no NUL
			t.Skip()
		}
		names := []string{"plain", "query", "HTML", "JSON", "JSON of PHP", "visible", "HTML by number"}
		spell := untrustedtest.Spellings[names[int(which)%len(names)]]
		got := knowing(secret).Redact(before + untrustedtest.Spell(secret, spell) + after)
		if strings.Contains(secret, "*") || address(secret) {
			t.Skip()
		}
		if left := untrustedtest.Survivor(got, secret, spell); left != "" && !strings.Contains(left, untrusted.Mask) {
			t.Errorf("%q is left in %q", left, got)
		}
		if !utf8.ValidString(got) {
			t.Errorf("%q is not UTF-8", got)
		}
	})
}

// address reports whether a part of a secret is a URL's host, which is not hidden.
func address(secret string) bool { return strings.Contains(secret, "://") }

func BenchmarkRedact(b *testing.B) {
	s := knowing("12|Zk9qPuxy0123456789abcdefZk9qPuxy0123456789abcdef", "core", "correct horse battery staple")
	text := strings.Repeat(`{"id": 7, "name": "web-01.example.com", "status": "up", "note": "a line of text"}`, 100)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		s.Redact(text)
	}
}
