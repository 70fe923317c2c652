// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
	"github.com/acsmon/acsmon-ansible/internal/folders/folderstest"
	"github.com/acsmon/acsmon-ansible/internal/modules"
)

var results = flag.String("results", "", "file to write the table to")

func TestMain(m *testing.M) { os.Exit(folderstest.Run(m)) }

// size is how many monitors the tasks want.
const size = 100

// costs says, of each way to have the monitors, what its two runs may cost.
var costs = []struct {
	what   string
	tasks  func(*limited) []func()
	others int
	// The most requests of the first run and of the unchanged second, refused ones left out.
	requests [2]int
}{
	{uri, (*limited).uriTasks, 0, [2]int{2 * size, size}},
	{uri, (*limited).uriTasks, 1000, [2]int{2 * size, size}},
	{uri, (*limited).uriTasks, 5000, [2]int{2 * size, size}},
	{loop, (*limited).monitorTasks, 0, [2]int{size + 3, 3}},
	{loop, (*limited).monitorTasks, 1000, [2]int{size + 25, 25}},
	{loop, (*limited).monitorTasks, 5000, [2]int{size + 106, size + 3}},
	{bulk, (*limited).monitorsTask, 0, [2]int{size + 2, 2}},
	{bulk, (*limited).monitorsTask, 1000, [2]int{size + 22, 12}},
	{bulk, (*limited).monitorsTask, 5000, [2]int{size + 102, 52}},
}

const tableHead = "\n## At 60 requests a minute, in simulated time\n\nThe modules as they are, and the requests of the `uri` tasks, each of which waits as `Retry-After` says: `uri` itself does not\nwait, and fails at the 61st. " +
	"Repeat with `go test ./bench/bulk -run AtSixtyAMinute -results FILE`.\n\n| what | monitors there already | run | simulated s | requests | refused (429) |\n|---|---|---|---|---|---|\n"

// Time is simulated here. Each task of a module runs the module itself. Of the uri tasks, only the
// requests are sent; each of them waits as long as Retry-After says. The real uri does not wait,
// and would fail.
func TestAtSixtyAMinute(t *testing.T) {
	table := tableHead
	first := map[string]time.Duration{} // how long the first run took, by what and others
	for _, cost := range costs {
		t.Run(fmt.Sprintf("%s, beside %d others", cost.what, cost.others), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := &limited{t: t, Server: acsmontest.New(acsmontest.Options{Seed: 1, Monitors: cost.others, RateLimit: 60})}
				defer l.Close()
				for i, run := range []string{"first", "unchanged"} {
					took, done, refused := l.measure(run, cost.tasks(l))
					if done > cost.requests[i] {
						t.Errorf("the %s run costs %d requests, want at most %d", run, done, cost.requests[i])
					}
					if i == 0 {
						first[fmt.Sprint(cost.what, cost.others)] = took
					}
					table += fmt.Sprintf("| %s | %d | %s | %.0f | %d | %d |\n", cost.what, cost.others, run, took.Seconds(), done, refused)
				}
				if n := len(l.Rows("monitors")); n != size+cost.others {
					t.Errorf("there are %d monitors, want %d", n, size+cost.others)
				}
			})
		})
	}
	if a, b := first[loop+"1000"], first[bulk+"1000"]; a > b*13/10 {
		t.Errorf("beside 1,000 others a loop takes %s, want at most 1.3 times what a bulk task takes, %s", a, b)
	}
	if *results != "" {
		if err := os.WriteFile(*results, []byte(table), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

const (
	uri  = "`uri` in a loop: look up, create when missing"
	loop = "`acsmon_monitor` in a loop"
	bulk = "`acsmon_monitors` once"
)

// limited is a server with a rate limit, in a bubble.
type limited struct {
	*acsmontest.Server
	t   *testing.T
	run string
}

// measure runs the tasks, and returns how long they take and how many requests are answered and
// refused.
func (l *limited) measure(run string, tasks []func()) (took time.Duration, done, refused int) {
	time.Sleep(5 * time.Minute) // the limit is not used up by what went before
	l.ResetRequests()
	l.run = run
	start := time.Now()
	for _, task := range tasks {
		task()
	}
	refused = l.refused()
	return time.Since(start), len(l.Requests()) - refused, refused
}

func (l *limited) refused() (n int) {
	for _, r := range l.Requests() {
		if r.Status == http.StatusTooManyRequests {
			n++
		}
	}
	return n
}

func (l *limited) monitor(i int) map[string]any {
	return map[string]any{"name": fmt.Sprintf("Web %03d", i), "type": "https", "host": fmt.Sprintf("web%03d.example.com", i), "port": 443, "tags": []string{"web"}}
}

func (l *limited) uriTasks() (tasks []func()) {
	missing := map[int]bool{}
	for i := range size {
		tasks = append(tasks, func() {
			body := l.uri("GET", "/monitors?per_page=100&search="+url.QueryEscape(fmt.Sprint(l.monitor(i)["name"])), nil)
			missing[i] = !strings.Contains(body, fmt.Sprintf("%q", l.monitor(i)["name"]))
		})
	}
	for i := range size {
		tasks = append(tasks, func() {
			if missing[i] {
				l.uri("POST", "/monitors", l.monitor(i))
			}
		})
	}
	return tasks
}

// uri sends one request, and once more after each 429.
func (l *limited) uri(method, path string, body map[string]any) string {
	transport := &http.Transport{DialContext: l.Dial}
	defer transport.CloseIdleConnections()
	for {
		content, _ := json.Marshal(body)
		request, err := http.NewRequestWithContext(l.t.Context(), method, "http://bench.localhost/api/v1"+path, bytes.NewReader(content))
		if err != nil {
			l.t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+l.Token)
		request.Header.Set("Content-Type", "application/json")
		answer, err := transport.RoundTrip(request)
		if err != nil {
			l.t.Fatal(err)
		}
		text, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if err != nil || answer.StatusCode != http.StatusTooManyRequests {
			return string(text)
		}
		seconds, err := strconv.Atoi(answer.Header.Get("Retry-After"))
		if err != nil {
			l.t.Fatal(err)
		}
		time.Sleep(time.Duration(seconds) * time.Second)
	}
}

func (l *limited) monitorTasks() (tasks []func()) {
	for i := range size {
		tasks = append(tasks, func() { l.module("acsmon_monitor", l.monitor(i)) })
	}
	return tasks
}

func (l *limited) monitorsTask() []func() {
	var all []map[string]any
	for i := range size {
		all = append(all, l.monitor(i))
	}
	return []func(){func() { l.module("acsmon_monitors", map[string]any{"monitors": all}) }}
}

// module runs a module as a process of its own would, with a client of its own.
func (l *limited) module(name string, options map[string]any) {
	arguments := map[string]any{"base_url": "http://bench.localhost", "token": l.Token, "_acsmon_run": map[string]any{"task": l.run}}
	maps.Copy(arguments, options)
	content, err := json.Marshal(arguments)
	if err != nil {
		l.t.Fatal(err)
	}
	var out bytes.Buffer
	for _, m := range modules.All(acsmon.WithDialer(l.Dial)) {
		if m.Name == name {
			m.Main(l.t.Context(), bytes.NewReader(content), &out)
		}
	}
	var result map[string]any
	if err := json.Unmarshal(out.Bytes(), &result); err != nil || result["failed"] == true {
		l.t.Fatalf("%s: %v %s", name, err, &out)
	}
}
