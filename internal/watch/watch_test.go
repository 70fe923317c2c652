// SPDX-License-Identifier: GPL-3.0-or-later

package watch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
	"github.com/acsmon/acsmon-ansible/internal/alerts"
)

// watching is a server and a watcher of it, in a bubble in which time passes at once.
type watching struct {
	t       *testing.T
	server  *acsmontest.Server
	watcher *Watcher
	path    string
	mu      sync.Mutex
	told    []string // since it was looked at last
	trouble []string
	ended   chan error
	stop    func()
}

// inFakeTime runs a spec against a server with one device, one monitor and what
// the options say.
func inFakeTime(t *testing.T, o acsmontest.Options, spec func(w *watching)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		server := acsmontest.New(o)
		t.Cleanup(func() { server.Close() })
		server.Add("devices", map[string]any{"id": int64(1), "name": "core"})
		server.Add("monitors", map[string]any{"id": int64(1), "name": "Shop", "type": "ping", "host": "192.0.2.1"})
		w := &watching{t: t, server: server, path: filepath.Join(t.TempDir(), "state", "alerts.json")}
		defer func() { w.end() }()
		spec(w)
	})
}

// start lets a watcher go on from the saved state, as a new process does.
func (w *watching) start(set ...func(*Watcher)) {
	w.t.Helper()
	client, err := acsmon.New(w.server.URL, acsmon.WithToken(acsmon.Secret(w.server.Token)), acsmon.WithDialer(w.server.Dial))
	if err != nil {
		w.t.Fatal(err)
	}
	state, err := loadState(w.path, client.Origin())
	if err != nil {
		w.t.Fatal(err)
	}
	w.watcher = &Watcher{
		Client: client, Choice: alerts.Choice{Source: "any"}, Interval: time.Minute, MaxWait: 5 * time.Minute, State: state,
		Redact: func(row acsmon.Fields) acsmon.Fields { return row }, Deliver: func(_ context.Context, line Line) error {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.told = append(w.told, line.Key)
			return nil
		},
		Report: func(message string) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.trouble = append(w.trouble, message)
		},
	}
	for _, f := range set {
		f(w.watcher)
	}
	ctx, cancel := context.WithCancel(w.t.Context())
	w.ended = make(chan error, 1)
	go func() { w.ended <- w.watcher.Run(ctx) }()
	w.stop = func() {
		cancel()
		client.CloseIdleConnections()
	}
	synctest.Wait()
}

// end ends the watcher, which is no error.
func (w *watching) end() {
	w.t.Helper()
	if w.stop == nil {
		return
	}
	w.stop()
	if err := <-w.ended; err != nil {
		w.t.Errorf("it ended with %v", err)
	}
	w.stop = nil
}

// after lets time pass and gives what was told since the last call.
func (w *watching) after(d time.Duration) []string {
	w.t.Helper()
	time.Sleep(d)
	synctest.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	told := w.told
	w.told = nil
	return told
}

func (w *watching) wants(d time.Duration, keys ...string) {
	w.t.Helper()
	if told := w.after(d); !slices.Equal(told, keys) {
		w.t.Errorf("told %q, want %q", told, keys)
	}
}

// device and monitor add an alert.
func (w *watching) device(id int64, status string) { w.add("alert-events", "device_id", id, status) }

func (w *watching) monitor(id int64, status string) {
	w.add("monitor-events", "monitor_id", id, status)
}

func (w *watching) add(kind, about string, id int64, status string) {
	fields := map[string]any{"id": id, about: int64(1), "severity": "critical", "status": status, "triggered_at": "2026-11-23T12:00:00Z"}
	if status != "open" {
		fields["acknowledged_at"] = "2026-11-23T12:05:00Z"
	}
	w.server.Add(kind, fields)
}

// set changes the status of an alert as somebody in the web interface does.
func (w *watching) set(kind string, id int64, status string) {
	w.server.Set(kind, id, map[string]any{"status": status, status + "_at": "2026-11-23T13:00:00Z"})
}

func asked(server *acsmontest.Server) []string {
	var lines []string
	for _, r := range server.Requests() {
		lines = append(lines, r.Path+"?"+r.Query)
	}
	server.ResetRequests()
	return lines
}

func TestEachChangeIsToldOnce(t *testing.T) {
	inFakeTime(t, acsmontest.Options{}, func(w *watching) {
		w.device(5, "open")
		w.monitor(5, "open")
		w.device(6, "acknowledged")
		w.start()
		w.wants(0, "monitor-5-opened", "device-5-opened")
		w.wants(10 * time.Minute)

		w.set("alert-events", 5, "acknowledged")
		w.device(7, "open")
		w.wants(time.Minute, "device-7-opened", "device-5-acknowledged")
		w.set("alert-events", 5, "resolved")
		w.set("alert-events", 6, "resolved")
		w.wants(time.Minute, "device-5-resolved", "device-6-resolved")
		w.set("alert-events", 7, "acknowledged")
		w.wants(time.Minute, "device-7-acknowledged")
		w.server.Set("alert-events", 7, map[string]any{"status": "open"})
		w.wants(time.Minute, "device-7-opened")
		w.server.Remove("monitor-events", 5)
		w.wants(time.Minute, "monitor-5-removed")
		w.wants(10 * time.Minute)
		if len(w.trouble) > 0 {
			t.Errorf("trouble: %q", w.trouble)
		}
	})
}

func TestWhatHappenedBetweenTwoLooksIsToldInItsOrder(t *testing.T) {
	inFakeTime(t, acsmontest.Options{}, func(w *watching) {
		w.device(5, "open")
		w.start()
		w.wants(0, "device-5-opened")
		w.device(6, "acknowledged")
		w.set("alert-events", 5, "acknowledged")
		w.set("alert-events", 5, "resolved")
		w.wants(time.Minute, "device-6-opened", "device-6-acknowledged", "device-5-acknowledged", "device-5-resolved")
	})
}

func TestALookCostsItsPagesAndOneRequestForEachAlertThatLeft(t *testing.T) {
	inFakeTime(t, acsmontest.Options{}, func(w *watching) {
		for id := range int64(250) {
			w.device(id+1, "open")
		}
		for id := range int64(101) {
			w.monitor(id+1, "acknowledged")
		}
		w.start()
		if got := asked(w.server); len(got) != 3+1+1+2 {
			t.Errorf("the first look: %q", got)
		}
		w.after(time.Minute)
		if got := asked(w.server); len(got) != 3+1+1+2 {
			t.Errorf("a look: %q", got)
		}
		for _, id := range []int64{1, 2, 3} {
			w.set("alert-events", id, "resolved")
		}
		w.after(time.Minute)
		if got := asked(w.server); len(got) != 3+1+1+2+3 || got[9] != "/alert-events/3?" {
			t.Errorf("a look after three left: %q", got)
		}
		w.after(time.Minute)
		if got := asked(w.server); len(got) != 3+1+1+2 {
			t.Errorf("a look after that: %q", got)
		}
	})
}

func TestTheRateLimitIsHonoured(t *testing.T) {
	inFakeTime(t, acsmontest.Options{RateLimit: 10}, func(w *watching) {
		for id := range int64(1500) {
			w.device(id+1, "open")
		}
		w.start()
		if told := w.after(10 * time.Minute); len(told) != 1500 || len(w.trouble) > 0 {
			t.Errorf("%d told, trouble %q", len(told), w.trouble)
		}
		refused := 0
		for _, r := range w.server.Requests() {
			if r.Status == 429 {
				refused++
			}
		}
		if refused > 11 {
			t.Errorf("%d requests were refused in ten minutes", refused)
		}
	})
}

func TestANewProcessGoesOn(t *testing.T) {
	inFakeTime(t, acsmontest.Options{}, func(w *watching) {
		w.device(5, "open")
		w.device(6, "open")
		w.start()
		w.wants(0, "device-5-opened", "device-6-opened")
		w.end()
		w.set("alert-events", 5, "resolved")
		w.device(7, "open")
		w.start()
		w.wants(0, "device-7-opened", "device-5-resolved")
		info, err := os.Stat(w.path)
		if err != nil {
			t.Fatal(err)
		}
		if mode := info.Mode().Perm(); mode != 0o600 {
			t.Errorf("the state has the mode %v, want 0600", mode)
		}
		if content, _ := os.ReadFile(w.path); strings.Contains(string(content), w.server.Token) {
			t.Error("the state holds the token")
		}
	})
}

// The state is saved after the line: one that was not delivered comes again, with
// the same key.
func TestWhatWasNotDeliveredComesAgain(t *testing.T) {
	inFakeTime(t, acsmontest.Options{}, func(w *watching) {
		w.device(5, "open")
		w.device(6, "open")
		broken := fmt.Errorf("nobody reads")
		w.start(func(watcher *Watcher) {
			deliver := watcher.Deliver
			watcher.Deliver = func(ctx context.Context, line Line) error {
				if line.ID == 6 {
					return broken
				}
				return deliver(ctx, line)
			}
		})
		if err := <-w.ended; !errors.Is(err, broken) {
			t.Errorf("it ended with %v", err)
		}
		w.stop()
		w.wants(0, "device-5-opened")
		w.start()
		w.wants(0, "device-6-opened")
	})
}

// What reads the lines may take its time: what it has is saved meanwhile.
func TestWhatIsDeliveredIsSavedWhileTheNextLineWaits(t *testing.T) {
	inFakeTime(t, acsmontest.Options{}, func(w *watching) {
		for id := range int64(3) {
			w.device(id+1, "open")
		}
		w.start(func(watcher *Watcher) {
			watcher.Deliver = func(ctx context.Context, line Line) error {
				if line.ID == 3 {
					<-ctx.Done()
				}
				return ctx.Err()
			}
		})
		w.after(saveEvery)
		state, err := loadState(w.path, w.watcher.Client.Origin())
		if err != nil || len(state.alerts) != 2 {
			t.Errorf("%v is saved, %v", state, err)
		}
	})
}

func TestTheFirstStartCanSkipWhatIsOpen(t *testing.T) {
	inFakeTime(t, acsmontest.Options{}, func(w *watching) {
		skip := func(watcher *Watcher) { watcher.SkipExisting = true }
		w.device(5, "open")
		w.start(skip)
		w.wants(0)
		w.device(6, "open")
		w.wants(time.Minute, "device-6-opened")
		w.end()
		w.device(7, "open")
		w.start(skip) // which is not the first
		w.wants(0, "device-7-opened")
		w.set("alert-events", 5, "resolved")
		w.wants(time.Minute, "device-5-resolved")
	})
}

func TestAStartCanRepeatWhatIsOpen(t *testing.T) {
	inFakeTime(t, acsmontest.Options{}, func(w *watching) {
		for id, status := range []string{"open", "open", "acknowledged", "open"} {
			w.device(int64(id+1), status)
		}
		w.start()
		w.wants(0, "device-1-opened", "device-2-opened", "device-4-opened")
		w.end()
		w.set("alert-events", 1, "acknowledged")
		w.set("alert-events", 2, "resolved")
		w.start(func(watcher *Watcher) { watcher.RepeatOpen = true })
		w.wants(0, "device-4-opened", "device-1-acknowledged", "device-2-resolved")
		w.wants(10 * time.Minute)
	})
}

func TestAnAlertThatStaysOpenIsToldOnceMore(t *testing.T) {
	inFakeTime(t, acsmontest.Options{}, func(w *watching) {
		overdue := func(watcher *Watcher) { watcher.OverdueAfter = 15 * time.Minute }
		for id := range int64(3) {
			w.device(id+1, "open")
		}
		w.start(overdue)
		w.wants(10*time.Minute, "device-1-opened", "device-2-opened", "device-3-opened")
		w.set("alert-events", 2, "acknowledged")
		w.wants(time.Minute, "device-2-acknowledged")
		w.end()
		w.start(overdue, func(watcher *Watcher) { watcher.RepeatOpen = true })
		w.wants(time.Second, "device-1-opened", "device-3-opened")
		w.wants(6*time.Minute, "device-1-overdue", "device-3-overdue")
		w.wants(2 * time.Hour)
		w.end()
		w.start(overdue)
		w.wants(2 * time.Hour)
	})
}

func TestTheChoiceIsDecidedOnTheRows(t *testing.T) {
	for name, test := range map[string]struct {
		choice alerts.Choice
		want   []string
	}{
		"source":   {alerts.Choice{Source: "monitor"}, []string{"monitor-5-opened"}},
		"severity": {alerts.Choice{Source: "any", Severity: []string{"critical", "info"}}, []string{"monitor-5-opened", "device-5-opened"}},
		"monitor":  {alerts.Choice{Source: "any", Monitor: "Shop"}, []string{"monitor-5-opened"}},
		"device":   {alerts.Choice{Source: "any", Device: "1"}, []string{"device-5-opened", "device-6-opened"}},
	} {
		for _, unknown := range []string{"ignored", "400", "422"} {
			t.Run(name+" "+unknown, func(t *testing.T) {
				o := acsmontest.Options{Alternatives: acsmontest.Alternatives{Unknown: unknown, FilterFields: []string{"id"}}}
				inFakeTime(t, o, func(w *watching) {
					w.device(5, "open")
					w.monitor(5, "open")
					w.device(6, "open")
					w.server.Set("alert-events", 6, map[string]any{"severity": "warning"})
					w.device(7, "resolved")
					w.start(func(watcher *Watcher) { watcher.Choice = test.choice })
					w.wants(0, test.want...)
					w.wants(10 * time.Minute)
				})
			})
		}
	}
}

func TestAnAlertThatLeavesTheChoiceIsForgotten(t *testing.T) {
	inFakeTime(t, acsmontest.Options{}, func(w *watching) {
		w.device(5, "open")
		w.start(func(watcher *Watcher) { watcher.Choice.Severity = []string{"critical"} })
		w.wants(0, "device-5-opened")
		w.server.Set("alert-events", 5, map[string]any{"severity": "warning"})
		w.wants(time.Minute)
		asked(w.server)
		w.wants(time.Minute)
		if got := asked(w.server); len(got) != 4 {
			t.Errorf("it is asked for again: %q", got)
		}
		w.server.Set("alert-events", 5, map[string]any{"severity": "critical"})
		w.wants(time.Minute, "device-5-opened")
	})
}

func TestItWorksWithEachAlternative(t *testing.T) {
	for name, alternatives := range acsmontest.EachAlternative() {
		t.Run(name, func(t *testing.T) {
			inFakeTime(t, acsmontest.Options{Alternatives: alternatives}, func(w *watching) {
				w.device(5, "open")
				w.monitor(6, "open")
				w.start()
				if told := w.after(0); !slices.Contains(told, "monitor-6-opened") || !slices.Contains(told, "device-5-opened") || len(told) != 2 {
					t.Errorf("told %q", told)
				}
				w.set("monitor-events", 6, "acknowledged")
				w.wants(time.Minute, "monitor-6-acknowledged")
				w.set("monitor-events", 6, "resolved")
				w.set("alert-events", 5, "resolved")
				w.wants(time.Minute, "device-5-resolved", "monitor-6-resolved")
			})
		})
	}
}

func TestItOutlastsAServerThatIsAway(t *testing.T) {
	for name, fault := range map[string]acsmontest.Fault{
		"reset":       {Do: acsmontest.Reset()},
		"maintenance": {Do: acsmontest.Maintenance(20 * time.Minute)},
		"500":         {Do: acsmontest.Status(500)},
		"html":        {Do: acsmontest.HTMLPage()},
		"not found":   {Do: acsmontest.Status(404)},
		"half":        {Path: "/monitor-events", Do: acsmontest.Status(404)},
	} {
		t.Run(name, func(t *testing.T) {
			inFakeTime(t, acsmontest.Options{}, func(w *watching) {
				w.device(5, "open")
				w.monitor(5, "open")
				w.start()
				w.wants(0, "monitor-5-opened", "device-5-opened")
				w.server.Inject(fault)
				w.device(6, "open")
				asked(w.server)
				w.wants(2 * time.Hour)
				if got := asked(w.server); len(got) > 250 {
					t.Errorf("it asked %d times in two hours", len(got))
				}
				if len(w.trouble) == 0 || !strings.HasPrefix(w.trouble[0], "the alerts cannot be read: GET /") {
					t.Errorf("trouble: %q", w.trouble)
				}
				w.server.ClearFaults()
				w.wants(time.Hour+10*time.Minute, "device-6-opened")
				if last := w.trouble[len(w.trouble)-1]; last != "the alerts can be read again" {
					t.Errorf("at last: %q", last)
				}
			})
		})
	}
}

// A restart with one list gone knows from the saved state that it was there.
func TestAListThatIsGoneIsNotTakenForItsAlertsEnd(t *testing.T) {
	inFakeTime(t, acsmontest.Options{}, func(w *watching) {
		w.monitor(5, "open")
		w.start()
		w.wants(0, "monitor-5-opened")
		w.end()
		w.server.Inject(acsmontest.Fault{Path: "/monitor-events", Do: acsmontest.Status(404)})
		w.start()
		w.wants(10 * time.Minute)
		w.server.ClearFaults()
		w.wants(10 * time.Minute)
	})
}

func TestTheWaitsAfterFaultsGrow(t *testing.T) {
	last := time.Duration(0)
	for faults := range 20 {
		wait := backoff(faults, nil)
		if least := min(firstWait<<min(faults, 10), longestWait); wait < least || wait > least*3/2 {
			t.Errorf("after %d faults %s", faults, wait)
		}
		last = wait
	}
	if last < longestWait {
		t.Errorf("at last %s", last)
	}
}

func TestARefusedTokenEndsIt(t *testing.T) {
	for name, test := range map[string]struct {
		token func(*acsmontest.Server)
		says  string
	}{
		"revoked":   {func(s *acsmontest.Server) { s.Revoke(s.Token) }, "answered 401"},
		"forbidden": {func(s *acsmontest.Server) { s.Token = s.NewToken("devices.view") }, "lacks the permission alerts.view"},
	} {
		t.Run(name, func(t *testing.T) {
			inFakeTime(t, acsmontest.Options{}, func(w *watching) {
				test.token(w.server)
				w.start()
				if err := <-w.ended; err == nil || !strings.Contains(err.Error(), test.says) {
					t.Errorf("it ended with %v", err)
				}
				w.stop()
				w.stop = nil
			})
		})
	}
}

func TestAMonitorThatDoesNotExistEndsIt(t *testing.T) {
	inFakeTime(t, acsmontest.Options{}, func(w *watching) {
		w.start(func(watcher *Watcher) { watcher.Choice.Monitor = "Shoo" })
		if err := <-w.ended; err == nil || !strings.Contains(err.Error(), "there is no monitor \"Shoo\"") {
			t.Errorf("it ended with %v", err)
		}
		w.stop()
		w.stop = nil
	})
}

func TestALineHasWhatARuleAsksFor(t *testing.T) {
	inFakeTime(t, acsmontest.Options{}, func(w *watching) {
		w.device(5, "open")
		w.server.Set("devices", 1, map[string]any{"name": "{{ lookup('pipe', 'id') }}\x1b[31m"})
		var lines []Line
		w.start(func(watcher *Watcher) {
			watcher.Deliver = func(_ context.Context, line Line) error {
				lines = append(lines, line)
				return nil
			}
		})
		encoded, err := lines[0].encode()
		if err != nil || strings.Count(string(encoded), "\n") != 1 {
			t.Fatalf("the event is %q, want one line: %v", encoded, err)
		}
		var got map[string]any
		if err := json.Unmarshal(encoded, &got); err != nil {
			t.Fatal(err)
		}
		name := `｛｛ lookup('pipe', 'id') }}＼u001b[31m`
		want := map[string]any{
			"key": "device-5-opened", "change": "opened", "source": "device", "id": 5.0, "severity": "critical", "status": "open",
			"device": name, "device_id": 1.0, "server": "http://acsmon.test:80",
			"alert": map[string]any{
				"id": 5.0, "severity": "critical", "status": "open", "triggered_at": "2026-11-23T12:00:00Z", "acknowledged_at": nil, "resolved_at": nil,
				"current_value": nil, "monitor": nil, "device": map[string]any{"id": 1.0, "ip_address": nil, "name": name},
			},
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("the line is\n%v, want\n%v", got, want)
		}
	})
}

func TestAStateOfSomethingElseIsRefused(t *testing.T) {
	const server = "https://monitoring.example.com:443"
	for content, says := range map[string]string{
		"":                           "is not a state file of acsmon watch",
		`{"format":2}`:               "is not a state file of acsmon watch",
		`{"format":1}`:               `is the state file of "", not of ` + server,
		`{"format":1,"server":"x"}`:  `is the state file of "x", not of ` + server,
		`["token","of","something"]`: "is not a state file of acsmon watch",
	} {
		path := filepath.Join(t.TempDir(), "state")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := loadState(path, server); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: the error is %v, want %q", content, err, says)
		}
	}
	fifo := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{fifo, t.TempDir(), os.DevNull} {
		if _, err := loadState(path, server); err == nil || !strings.Contains(err.Error(), "the state cannot be read") {
			t.Errorf("%s: the error is %v, want that the state cannot be read", path, err)
		}
	}
}

// Alerts of webhooks are told like others, and told apart by --source, where a server has such
// alerts.
func TestAlertsOfWebhooks(t *testing.T) {
	for _, served := range []string{"named", "bare"} {
		inFakeTime(t, acsmontest.Options{Alternatives: acsmontest.Alternatives{WebhookAlerts: served}}, func(w *watching) {
			webhook := w.server.Add("webhooks", map[string]any{"device_id": int64(1), "name": "Backup"})
			var lines []Line
			w.start(func(watcher *Watcher) {
				watcher.Choice.Source = "webhook"
				deliver := watcher.Deliver
				watcher.Deliver = func(ctx context.Context, line Line) error {
					lines = append(lines, line)
					return deliver(ctx, line)
				}
			})
			w.device(7, "open")
			w.server.Add("alert-events", map[string]any{"id": int64(8), "webhook_id": webhook, "severity": "critical", "triggered_at": "2026-11-23T12:00:00Z"})
			w.wants(2*time.Minute, "webhook-8-opened")
			w.set("alert-events", 8, "resolved")
			w.wants(2*time.Minute, "webhook-8-resolved")
			w.end()
			if name := map[string]string{"named": "Backup"}[served]; lines[0].Webhook != name || (lines[0].WebhookID == webhook) != (served == "named") {
				t.Errorf("%s: the event is of webhook %d %q, want the name %q", served, lines[0].WebhookID, lines[0].Webhook, name)
			}
		})
	}
}
