// SPDX-License-Identifier: MIT

package acsmon_test

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// endless is a list that announces so many pages of 100 rows, and has no end.
func endless(t *testing.T, announced int) (baseURL string, requests *atomic.Int64) {
	requests = &atomic.Int64{}
	return handleURL(t, func(w http.ResponseWriter, r *http.Request) {
		n := requests.Add(1)
		rows := make([]string, 100)
		for i := range rows {
			rows[i] = fmt.Sprintf(`{"id":%d,"name":%q}`, n*100+int64(i), strings.Repeat("x", 1000))
		}
		meta := "{}"
		if announced > 0 {
			meta = fmt.Sprintf(`{"last_page":%d}`, announced)
		}
		fmt.Fprintf(w, `{"data":[%s],"meta":%s,"next_page_url":"/devices?page=%d"}`, strings.Join(rows, ","), meta, n+1)
	}), requests
}

func TestAListWithoutAnEndIsNotReadWithoutAnEnd(t *testing.T) {
	tests := []struct {
		name      string
		announced int
		rows      int
		bytes     int64
		says      string
		reason    acsmon.Reason
	}{
		{"rows", 0, 1000, 1 << 40, "it has more than 1000 rows", acsmon.ReasonTooMuch},
		{"bytes", 0, 1 << 40, 1 << 20, "its responses are larger than 1 MiB", acsmon.ReasonTooMuch},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			baseURL, requests := endless(t, test.announced)
			client := newClient(t, baseURL, acsmon.WithToken("1|x"), acsmon.WithMaxList(test.rows, test.bytes))
			_, err := acsmon.Collect(client.Devices.Fields().List(bg, all))
			e := apiError(t, err)
			saysAll(t, e.Error(), "GET /devices", test.says)
			if e.Reason != test.reason {
				t.Errorf("the reason is %q", e.Reason)
			}
			if n := requests.Load(); n > 20 {
				t.Errorf("%d requests", n)
			}
		})
	}
}

// A list that grows while it is read is read to its end, and not for ever.
func TestPagesFarBeyondTheAnnouncedOnesAreRefused(t *testing.T) {
	var requests atomic.Int64
	client := handle(t, func(w http.ResponseWriter, r *http.Request) {
		n := requests.Add(1)
		fmt.Fprintf(w, `{"data":[{"id":%d}],"meta":{"last_page":%d,"total":%d},"next_page_url":"/devices?page=%d"}`, n, max(3, n+1), n, n+1)
	})
	_, err := acsmon.Collect(client.Devices.Fields().List(bg, all))
	saysAll(t, apiError(t, err).Error(), "its pages go on after the")
	if n := requests.Load(); n > 30 {
		t.Errorf("%d requests", n)
	}
}

// pagesOf32MB are what a hostile server can put into the largest response.
var pagesOf32MB = map[string]func() string{
	"rows without anything": func() string { return `{"data":[` + strings.Repeat("{},", 10<<20) + `{}]}` },
	"values in lists":       func() string { return `{"data":[{"id":1,"x":[` + strings.Repeat("1,", 15<<20) + `1]}]}` },
	"objects in lists":      func() string { return `{"data":[{"id":1,"x":[` + strings.Repeat(`{"a":1},`, 300_000) + `1]}]}` },
	"lists in lists":        func() string { return `{"data":[{"id":1,"x":[` + strings.Repeat(`[],`, 10<<20) + `1]}]}` },
	"a text":                func() string { return `{"data":[{"id":1,"x":"` + strings.Repeat("x", 31<<20) + `"}]}` },
	"a bare list":           func() string { return `[{"id":1,"x":"` + strings.Repeat("x", 31<<20) + `"}]` },
	"many small texts": func() string {
		return `{"data":[{"id":1,"x":[` + strings.Repeat(`"xxxxxxxxxxxxxxxxxxxxxxxx",`, 1_100_000) + `1]}]}`
	},
	"many keys": func() string { return `{"data":[{"id":1` + keys(1_200_000) + `}]}` },
}

func keys(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `,"k%d":1`, i)
	}
	return b.String()
}

// TestMain is also a process that reads one such page, so that its memory can be measured.
func TestMain(m *testing.M) {
	if baseURL := os.Getenv("READ_ONE_PAGE"); baseURL != "" {
		client, err := acsmon.New(baseURL, acsmon.WithToken("1|x"), acsmon.WithMaxWait(0))
		if err != nil {
			panic(err)
		}
		rows, err := acsmon.Collect(client.Devices.Fields().List(bg, all))
		fmt.Printf("%d rows, %v\n", len(rows), err)
		os.Exit(0)
	}
	os.Exit(m.Run())
}
