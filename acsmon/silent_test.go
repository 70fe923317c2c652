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

// A server that says nothing of pages can have cut its list all the same: a page that is full is
// not taken for the whole.
func TestAListThatSaysNothingOfPagesIsReadToItsEnd(t *testing.T) {
	named := func(id int) string { return fmt.Sprintf(`{"id":%d}`, id) }
	anonymous := func(id int) string { return fmt.Sprintf(`{"checked_at":"%d"}`, id) }
	for _, test := range []struct {
		name       string
		rows       int
		page       int  // the most rows that a page has; 0: all are sent, whatever is asked
		refuses    int  // the status of a request for a later page; 0: it is answered
		bare       bool // the answer is an array
		row        func(id int) string
		want, asks int
	}{
		{"fewer than a page", 37, 100, 0, false, named, 37, 1},
		{"a page and a half, cut at 100", 150, 100, 0, false, named, 150, 2},
		{"cut at 25", 60, 25, 0, true, named, 60, 3},
		{"two full pages", 200, 100, 0, false, named, 200, 3},
		{"all at once, as many as were asked for", 200, 0, 0, false, named, 200, 2},
		{"all at once, a round number", 100, 0, 0, true, named, 100, 2},
		{"all at once, another number", 101, 0, 0, true, named, 101, 1},
		{"it knows no page", 100, 0, 422, false, named, 100, 2},
		{"it has no such page", 50, 50, 404, false, named, 50, 2},
		{"rows without ids, cut at 15", 20, 15, 0, false, anonymous, 20, 2},
		{"rows without ids, all at once", 15, 0, 0, false, anonymous, 15, 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			var asks atomic.Int64
			client := handle(t, func(w http.ResponseWriter, r *http.Request) {
				asks.Add(1)
				number, _ := strconv.Atoi(r.URL.Query().Get("page"))
				if number > 1 && test.refuses != 0 {
					answer(test.refuses, `{"message":"no"}`)(w, r)
					return
				}
				first, last := 1, test.rows
				if test.page > 0 {
					first = (max(number, 1)-1)*test.page + 1
					last = min(first+test.page-1, test.rows)
				}
				var rows []string
				for id := first; id <= last; id++ {
					rows = append(rows, test.row(id))
				}
				body := "[" + strings.Join(rows, ",") + "]"
				if !test.bare {
					body = `{"data":` + body + `}`
				}
				answer(200, body)(w, r)
			})
			rows, err := acsmon.Collect(client.Devices.Fields().List(bg, all))
			if err != nil || len(rows) != test.want || asks.Load() != int64(test.asks) {
				t.Errorf("%d rows with %d requests, want %d with %d: %v", len(rows), asks.Load(), test.want, test.asks, err)
			}
		})
	}
}
