// SPDX-License-Identifier: MIT

package acsmon_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// The benchmarks stand beside a plain loop of net/http and encoding/json that
// follows next_page_url, as one would write it by hand. BENCHMARKS.md has results.

const monitorRow = `"name":"Public website","type":"https","host":"example.com","port":443,"status":"up","response_time_ms":142,` +
	`"ssl_expiry_at":"2026-09-14T00:00:00Z","uptime_percent_7d":99.97,"uptime_percent_30d":99.81,"consecutive_failures":0,` +
	`"last_checked_at":"2026-04-22T10:15:01Z","config":{"method":"GET","path":"/","expected_status":200,"ssl_verify":true},` +
	`"tags":["production","web"]}`

// benchServer serves that many monitors, 100 a page. With counted false it does
// not say how many there are, so that the pages can only be read one by one.
func benchServer(b *testing.B, rows int, latency time.Duration, counted bool) string {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if latency > 0 {
			time.Sleep(latency)
		}
		page, _ := strconv.Atoi(r.URL.Query().Get("page"))
		page = max(page, 1)
		body := make([]byte, 0, 50_000)
		body = append(body, `{"data":[`...)
		for id := page*100 - 99; id <= min(page*100, rows); id++ {
			if body[len(body)-1] == '}' {
				body = append(body, ',')
			}
			body = strconv.AppendInt(append(body, `{"id":`...), int64(id), 10)
			body = append(append(body, ','), monitorRow...)
		}
		body = append(body, `],"next_page_url":`...)
		if page*100 < rows {
			body = fmt.Appendf(body, `"http://%s/api/v1/monitors?page=%d"`, r.Host, page+1)
		} else {
			body = append(body, "null"...)
		}
		if counted {
			body = fmt.Appendf(body, `,"meta":{"current_page":%d,"per_page":100,"total":%d}`, page, rows)
		}
		w.Header().Set("Content-Type", "application/json")
		w.Write(append(body, '}'))
	}))
	b.Cleanup(server.Close)
	return server.URL
}

// plainLoop is what people write without a client.
func plainLoop(b *testing.B, baseURL string, each func(n int) bool) {
	type monitor struct {
		ID                  int64          `json:"id"`
		Name                string         `json:"name"`
		Type                string         `json:"type"`
		Host                string         `json:"host"`
		Port                int64          `json:"port"`
		Status              string         `json:"status"`
		ResponseTimeMS      float64        `json:"response_time_ms"`
		SSLExpiryAt         *time.Time     `json:"ssl_expiry_at"`
		UptimePercent7d     float64        `json:"uptime_percent_7d"`
		UptimePercent30d    float64        `json:"uptime_percent_30d"`
		ConsecutiveFailures int64          `json:"consecutive_failures"`
		LastCheckedAt       *time.Time     `json:"last_checked_at"`
		Config              map[string]any `json:"config"`
	}
	n := 0
	for next := baseURL + "/api/v1/monitors"; next != ""; {
		answer, err := http.Get(next)
		if err != nil {
			b.Fatal(err)
		}
		var page struct {
			Data []monitor `json:"data"`
			Next string    `json:"next_page_url"`
		}
		err = json.NewDecoder(answer.Body).Decode(&page)
		answer.Body.Close()
		if err != nil {
			b.Fatal(err)
		}
		for range page.Data {
			if n++; !each(n) {
				return
			}
		}
		next = page.Next
	}
}

func clientLoop[T any](b *testing.B, c acsmon.Collection[T], each func(n int) bool) {
	n := 0
	for _, err := range c.List(bg, acsmon.Query{}) {
		if err != nil {
			b.Fatal(err)
		}
		if n++; !each(n) {
			return
		}
	}
}

// A way is one way to read all monitors.
type way struct {
	name string
	walk func(b *testing.B, baseURL string, each func(n int) bool)
}

var plain = way{"net-http-and-json", plainLoop}

var ways = []way{
	{"acsmon", func(b *testing.B, baseURL string, each func(n int) bool) {
		clientLoop(b, newClient(b, baseURL, acsmon.WithToken("1|x")).Monitors.Collection, each)
	}},
	{"acsmon-untyped", func(b *testing.B, baseURL string, each func(n int) bool) {
		clientLoop(b, newClient(b, baseURL, acsmon.WithToken("1|x")).Monitors.Fields(), each)
	}},
	plain,
}

func always(int) bool { return true }

func BenchmarkWalk(b *testing.B) {
	const rows = 10_000
	baseURL := benchServer(b, rows, 0, true)
	for _, way := range ways {
		b.Run(way.name, func(b *testing.B) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			for b.Loop() {
				way.walk(b, baseURL, always)
			}
			runtime.ReadMemStats(&after)
			b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "rows/s")
			b.ReportMetric(float64(after.Mallocs-before.Mallocs)/float64(rows*b.N), "allocs/row")
		})
	}
}

func BenchmarkFirstRow(b *testing.B) {
	baseURL := benchServer(b, 10_000, 20*time.Millisecond, true)
	for _, way := range ways {
		b.Run(way.name, func(b *testing.B) {
			for b.Loop() {
				way.walk(b, baseURL, func(int) bool { return false })
			}
		})
	}
}

func Benchmark100000RowsAt20ms(b *testing.B) {
	const rows = 100_000
	for _, test := range []struct {
		name    string
		counted bool
		way     way
	}{
		{"acsmon/parallel", true, ways[0]},
		{"acsmon/one-by-one", false, ways[0]},
		{"net-http-and-json", true, plain},
	} {
		b.Run(test.name, func(b *testing.B) {
			baseURL := benchServer(b, rows, 20*time.Millisecond, test.counted)
			for b.Loop() {
				test.way.walk(b, baseURL, always)
			}
		})
	}
}

// BenchmarkMemory reports the most memory that was alive during a walk, beyond
// what was before it.
func BenchmarkMemory(b *testing.B) {
	for _, rows := range []int{1_000, 1_000_000} {
		baseURL := benchServer(b, rows, 0, true)
		for _, way := range []way{ways[0], plain} {
			b.Run(fmt.Sprintf("%d/%s", rows, way.name), func(b *testing.B) {
				before, most := alive(), uint64(0)
				for b.Loop() {
					way.walk(b, baseURL, func(n int) bool {
						if n%(rows/4) == rows/8 {
							most = max(most, alive())
						}
						return true
					})
				}
				b.ReportMetric(float64(max(most, before)-before)/1000, "kB-alive")
			})
		}
	}
}

func alive() uint64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}
