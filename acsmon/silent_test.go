// SPDX-License-Identifier: MIT

package acsmon_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// A silentList is a server that says nothing of pages.
type silentList struct {
	rows    int
	page    int  // the most rows that a page has; 0: all are sent, whatever is asked
	refuses int  // the status of a request for a later page; 0: it is answered
	bare    bool // the response is an array
	row     func(id int) string
}

func (l silentList) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	number, _ := strconv.Atoi(r.URL.Query().Get("page"))
	if number > 1 && l.refuses != 0 {
		answer(l.refuses, `{"message":"no"}`)(w, r)
		return
	}
	first, last := 1, l.rows
	if l.page > 0 {
		first = (max(number, 1)-1)*l.page + 1
		last = min(first+l.page-1, l.rows)
	}
	var rows []string
	for id := first; id <= last; id++ {
		rows = append(rows, l.row(id))
	}
	body := "[" + strings.Join(rows, ",") + "]"
	if !l.bare {
		body = `{"data":` + body + `}`
	}
	answer(200, body)(w, r)
}

// A server that says nothing of pages can have cut its list all the same: a page that is full is
// not taken for the whole.
func TestAListThatSaysNothingOfPagesIsReadToItsEnd(t *testing.T) {
	withID := func(id int) string { return fmt.Sprintf(`{"id":%d}`, id) }
	withoutID := func(id int) string { return fmt.Sprintf(`{"checked_at":"%d"}`, id) }
	for _, test := range []struct {
		name       string
		list       silentList
		want, asks int
	}{
		{"fewer than a page", silentList{37, 100, 0, false, withID}, 37, 1},
		{"a page and a half, cut at 100", silentList{150, 100, 0, false, withID}, 150, 2},
		{"cut at 25", silentList{60, 25, 0, true, withID}, 60, 3},
		{"two full pages", silentList{200, 100, 0, false, withID}, 200, 3},
		{"all at once, as many as were asked for", silentList{200, 0, 0, false, withID}, 200, 2},
		{"all at once, a round number", silentList{100, 0, 0, true, withID}, 100, 2},
		{"all at once, another number", silentList{101, 0, 0, true, withID}, 101, 1},
		{"later pages are refused", silentList{100, 0, 422, false, withID}, 100, 2},
		{"later pages do not exist", silentList{50, 50, 404, false, withID}, 50, 2},
		{"rows without ids, cut at 15", silentList{20, 15, 0, false, withoutID}, 20, 2},
		{"rows without ids, all at once", silentList{15, 0, 0, false, withoutID}, 15, 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			var asks atomic.Int64
			client := handle(t, func(w http.ResponseWriter, r *http.Request) {
				asks.Add(1)
				test.list.ServeHTTP(w, r)
			})
			rows, err := acsmon.Collect(client.Devices.Fields().List(bg, all))
			if err != nil || len(rows) != test.want || asks.Load() != int64(test.asks) {
				t.Errorf("%d rows came of %d requests, want %d of %d: %v", len(rows), asks.Load(), test.want, test.asks, err)
			}
		})
	}
}
