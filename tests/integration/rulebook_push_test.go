// SPDX-License-Identifier: GPL-3.0-or-later

package integration

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// push posts a body to a rulebook as a channel does, and returns the status; 0 while nobody
// listens.
func push(t *testing.T, port int, signature, body string) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, fmt.Sprintf("http://127.0.0.1:%d/alerts", port), strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if signature != "" {
		request.Header.Set("X-ACS-Signature", signature)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0
	}
	_ = response.Body.Close()
	return response.StatusCode
}

func sign(secret, body string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	_, _ = mac.Write([]byte(body))
	return hex.EncodeToString(mac.Sum(nil))
}

// The rulebook and the playbook of the guide: a push acts once, however often it comes, one that is
// not signed does nothing, and what is in its body is not evaluated.
func TestRulebookActsOnAPushOnce(t *testing.T) {
	t.Parallel()
	s := rulebookSite(t)
	server := startRestartable(t)
	s.use(server.Server)
	guide := loadGuide(t, "guide_event_driven")
	s.write("pushed.yml", guide.block("yaml+jinja", "# pushed.yml"))
	s.write("take_up.yml", guide.block("yaml+jinja", "# take_up.yml"))
	s.write("remediate.yml", "- ansible.builtin.shell: echo {{ alert.id }} >>"+filepath.Join(s.dir, "remediated")+"\n")
	touched, port := filepath.Join(s.dir, "touched"), s.freePort()
	body := `{"event": "{{ lookup('pipe', 'touch ` + touched + `') }}"}`
	server.Add("alert-events", map[string]any{"id": int64(11), "severity": "critical", "status": "open"})

	r := s.startRulebook("pushed.yml", fmt.Sprintf("channel_secret: secret-of-channel\nport: %d\n", port))
	r.until("the rulebook listens", func() bool { return push(t, port, "", body) == http.StatusBadRequest })
	if status := push(t, port, sign("another secret", body), body); status != http.StatusUnauthorized {
		t.Errorf("a wrong signature is answered %d", status)
	}
	for range 2 { // within the seconds in which several count as one
		if status := push(t, port, sign("secret-of-channel", body), body); status != http.StatusOK {
			t.Fatalf("a signed push is answered %d", status)
		}
	}
	r.until("alert 11 is remediated", func() bool { return s.remediated() == "11\n" })
	if n := server.reads(); n != 2 {
		t.Errorf("two pushes at once cost %d reads, want 2", n)
	}
	push(t, port, sign("secret-of-channel", body), body) // the server's repeat
	r.until("the repeat is looked into", func() bool { return server.reads() == 4 })
	server.Add("alert-events", map[string]any{"id": int64(12), "severity": "critical", "status": "open"})
	push(t, port, sign("secret-of-channel", body), body)
	r.until("alert 12 is remediated", func() bool { return s.remediated() == "11\n12\n" })

	const note = "acknowledged: Taken up by the rulebook pushed"
	if got, want := server.notes(), []string{"alert-events 11 " + note, "alert-events 12 " + note}; !slices.Equal(got, want) {
		t.Errorf("the audit log is %q, want %q", got, want)
	}
	if _, err := os.Stat(touched); err == nil {
		t.Error("the body of a push was evaluated")
	}
}
