// SPDX-License-Identifier: MIT

package acsmon_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// deviceIDs are the ids that the server has, in order.
func deviceIDs(server *acsmontest.Server) []int64 {
	var all []int64
	for _, row := range server.Rows("devices") {
		all = append(all, row["id"].(int64))
	}
	return all
}

func walked(t *testing.T, client *acsmon.Client, query acsmon.Query) []int64 {
	t.Helper()
	rows, err := acsmon.Collect(client.Devices.Fields().List(bg, query))
	if err != nil {
		t.Fatal(err)
	}
	return ids(rows)
}

func TestAListCostsOneRequestForAHundredRows(t *testing.T) {
	for rows, requests := range map[int]int{0: 1, 1: 1, 100: 1, 101: 2, 1000: 10} {
		server, client := start(t, acsmontest.Options{Devices: rows})
		if got := walked(t, client, all); !slices.Equal(got, deviceIDs(server)) {
			t.Errorf("%d rows: got %d of them, or in another order", rows, len(got))
		}
		if n := len(server.Requests()); n != requests {
			t.Errorf("%d rows cost %d requests, want %d", rows, n, requests)
		}
	}
}

func TestAListIsWholeUnderEveryAlternative(t *testing.T) {
	for name, alternatives := range acsmontest.EachAlternative() {
		t.Run(name, func(t *testing.T) {
			server, client := start(t, acsmontest.Options{Devices: 330, Alternatives: alternatives})
			if got := walked(t, client, all); !slices.Equal(got, deviceIDs(server)) {
				t.Errorf("got %d rows, or in another order", len(got))
			}
			want := 4
			if alternatives.PerPage == "422" {
				want++ // a page of 200 is refused
			}
			if n := len(server.Requests()); n != want {
				t.Errorf("%d requests", n)
			}
		})
	}
}

// Where the server gives pages of 200, lists cost half as much; where it refuses them, that is
// found out once.
func TestLargePagesAreAskedForAndWhatComesIsBelieved(t *testing.T) {
	tests := []struct {
		name          string
		alternatives  acsmontest.Alternatives
		options       []acsmon.Option
		first, second int // requests of two lists of 400 rows
		capped        int
	}{
		{"given", acsmontest.Alternatives{PerPageCap: 200}, nil, 2, 2, 0},
		{"clamped", acsmontest.Alternatives{PerPageCap: 100}, nil, 4, 4, 0},
		{"refused", acsmontest.Alternatives{PerPageCap: 100, PerPage: "422"}, nil, 5, 4, 1},
		{"known to be refused", acsmontest.Alternatives{PerPageCap: 100, PerPage: "422"}, []acsmon.Option{acsmon.WithCappedPages()}, 4, 4, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			capped := 0
			server, client := start(t, acsmontest.Options{Devices: 400, Alternatives: test.alternatives},
				append(test.options, acsmon.WithPagesCapped(func() { capped++ }))...)
			for _, want := range []int{test.first, test.second} {
				server.ResetRequests()
				if got := walked(t, client, all); !slices.Equal(got, deviceIDs(server)) {
					t.Errorf("got %d rows", len(got))
				}
				if n := len(server.Requests()); n != want {
					t.Errorf("%d requests, want %d", n, want)
				}
			}
			if capped != test.capped {
				t.Errorf("the cap was told %d times", capped)
			}
		})
	}
}

func TestAPageSizeAboveTheCapIsClampedOrGivenUp(t *testing.T) {
	tests := []struct {
		refused  string
		requests int // of 60 rows, or two refusals and pages of the server's own 50
	}{{"clamped", 4}, {"422", 2 + 4}}
	for _, test := range tests {
		server, client := start(t, acsmontest.Options{Devices: 200, Alternatives: acsmontest.Alternatives{PerPageCap: 60, PerPage: test.refused}})
		if got := walked(t, client, all); !slices.Equal(got, deviceIDs(server)) {
			t.Errorf("%s: got %d rows", test.refused, len(got))
		}
		if n := len(server.Requests()); n != test.requests {
			t.Errorf("%s: %d requests, want %d", test.refused, n, test.requests)
		}
	}
}

func TestAQueryReachesTheServerOnEveryPage(t *testing.T) {
	server, client := start(t, acsmontest.Options{Devices: 30, Alternatives: acsmontest.Alternatives{NextPage: "page"}})
	query := acsmon.Query{
		Search: "a&b=c", Sort: "-name", Filter: map[string]string{"is_active": "true", "status": "up"}, PerPage: 1,
		Params: map[string]string{"extra": "ü"},
	}
	server.Inject(acsmontest.Fault{Do: acsmontest.Total(3)})
	acsmon.Collect(client.Devices.List(bg, query))
	for _, r := range server.Requests() {
		values, _ := url.ParseQuery(r.Query)
		values.Del("page")
		want := url.Values{
			"search": {"a&b=c"}, "sort": {"-name"}, "filter[is_active]": {"true"}, "filter[status]": {"up"}, "per_page": {"1"}, "extra": {"ü"},
		}
		if values.Encode() != want.Encode() {
			t.Errorf("asked for %v, want %v", values, want)
		}
	}
}

func TestAListMayBeginAtALaterPage(t *testing.T) {
	server, client := start(t, acsmontest.Options{Devices: 500})
	if got, want := walked(t, client, acsmon.Query{Page: 3}), deviceIDs(server)[200:]; !slices.Equal(got, want) {
		t.Errorf("%d rows, want %d", len(got), len(want))
	}
}

func TestNothingIsAskedBeforeTheFirstRowIsWanted(t *testing.T) {
	server, client := start(t, acsmontest.Options{Devices: 1})
	client.Devices.List(bg, all)
	if n := len(server.Requests()); n != 0 {
		t.Errorf("%d requests", n)
	}
}

func TestAListRangedTwiceGivesTheSameRowsTwice(t *testing.T) {
	server, client := start(t, acsmontest.Options{Devices: 250})
	rows := client.Devices.Fields().List(bg, all)
	first, second := must(acsmon.Collect(rows)), must(acsmon.Collect(rows))
	if !slices.Equal(ids(first), ids(second)) || len(first) != 250 {
		t.Errorf("%d rows, then %d", len(first), len(second))
	}
	if n := len(server.Requests()); n != 6 {
		t.Errorf("%d requests", n)
	}
}

func TestBreakEndsTheRequests(t *testing.T) {
	server, client := start(t, acsmontest.Options{Devices: 5000})
	tests := []struct{ rows, most int }{
		{1, 1}, {100, 1}, // the first page's rows cost the first page
		{101, 1 + 10}, // ten pages are under way at once after it
	}
	for _, test := range tests {
		server.ResetRequests()
		n := 0
		for range client.Devices.List(bg, all) {
			if n++; n == test.rows {
				break
			}
		}
		if asked := len(server.Requests()); asked > test.most {
			t.Errorf("%d rows cost %d requests, want at most %d", test.rows, asked, test.most)
		}
	}
}

func TestAnErrorEndsAListAfterTheRowsBeforeIt(t *testing.T) {
	server, client := start(t, acsmontest.Options{Devices: 1000})
	server.Inject(acsmontest.Fault{Skip: 3, Do: acsmontest.Status(http.StatusForbidden)})
	rows, errs := 0, 0
	for _, err := range client.Devices.List(bg, all) {
		if err != nil {
			errs++
			if !acsmon.IsForbidden(err) {
				t.Error(err)
			}
			continue // as a careless caller does
		}
		rows++
	}
	if errs != 1 || rows%100 != 0 || rows > 300 {
		t.Errorf("%d rows and %d errors", rows, errs)
	}
}

func TestTheContextReachesEveryPage(t *testing.T) {
	server, client := start(t, acsmontest.Options{Devices: 1000})
	for page := range 4 {
		server.ClearFaults()
		ctx, cancel := context.WithCancel(bg)
		server.Inject(acsmontest.Fault{Skip: page, Times: 1, Do: acsmontest.Then(func(*acsmontest.Server) { cancel() })})
		rows, err := acsmon.Collect(client.Devices.List(ctx, all))
		if !errors.Is(err, context.Canceled) {
			t.Errorf("page %d: %d rows, error %v", page+1, len(rows), err)
		}
		saysAll(t, err.Error(), "the caller cancelled it")
	}
}

func TestRowsThatMoveAreNeitherLostNorDoubled(t *testing.T) {
	tests := []struct {
		name   string
		effect acsmontest.Effect
	}{
		{"a row before goes", acsmontest.RemoveRow()},
		{"a row before comes", acsmontest.InsertRow()},
	}
	for _, test := range tests {
		for _, page := range []int{0, 1, 5} {
			t.Run(fmt.Sprintf("%s, while page %d is read", test.name, page+1), func(t *testing.T) {
				server, client := start(t, acsmontest.Options{Devices: 1000})
				before := deviceIDs(server)
				server.Inject(acsmontest.Fault{Skip: page, Times: 1, Do: test.effect})
				got := walked(t, client, all)
				seen := map[int64]int{}
				for _, id := range got {
					seen[id]++
				}
				for _, id := range deviceIDs(server) {
					if seen[id] != 1 && slices.Contains(before, id) {
						t.Errorf("row %d came %d times", id, seen[id])
					}
				}
				if n := len(server.Requests()); n > 2*11 {
					t.Errorf("%d requests", n)
				}
			})
		}
	}
}

func TestAListThatNeverHoldsStillEndsInErrListChanged(t *testing.T) {
	server, client := start(t, acsmontest.Options{Devices: 1000})
	server.Inject(acsmontest.Fault{Do: acsmontest.RemoveRow()})
	_, err := acsmon.Collect(client.Devices.List(bg, all))
	if !errors.Is(err, acsmon.ErrListChanged) {
		t.Fatal(err)
	}
	saysAll(t, apiError(t, err).Error(), "GET /devices", "kept changing")
}

func TestATotalThatNoRowsComeForIsAnErrorNotAShortList(t *testing.T) {
	server, client := start(t, acsmontest.Options{Devices: 120})
	server.Inject(acsmontest.Fault{Do: acsmontest.Total(150)})
	_, err := acsmon.Collect(client.Devices.List(bg, all))
	if !errors.Is(err, acsmon.ErrListChanged) {
		t.Error(err)
	}
	saysAll(t, err.Error(), "120 rows came", "the server counts 150")
}

func TestAbsurdTotalsAreRefused(t *testing.T) {
	server, client := start(t, acsmontest.Options{Devices: 120})
	server.Inject(acsmontest.Fault{Do: acsmontest.Total(1_000_000_000_000)})
	_, err := acsmon.Collect(client.Devices.List(bg, all))
	saysAll(t, apiError(t, err).Error(), "the server counts 10000000000 pages, which is impossible")
	if n := len(server.Requests()); n != 1 {
		t.Errorf("%d requests", n)
	}
}

func TestALinkToAnotherServerIsReadFromTheOwnOne(t *testing.T) {
	var strayed atomic.Int32
	elsewhere := handleURL(t, func(http.ResponseWriter, *http.Request) { strayed.Add(1) })
	for _, link := range []string{
		"https://elsewhere.example/api/v1/devices?page=2", "//elsewhere.example/x?page=2", strings.Replace(elsewhere, "127.0.0.1", "localhost", 1) + "/api/v1/devices?page=2",
	} {
		var notices []string
		server, client := start(t, acsmontest.Options{Devices: 150, Alternatives: acsmontest.Alternatives{PerPageCap: 100}},
			acsmon.WithNotice(func(notice string) { notices = append(notices, notice) }))
		server.Inject(acsmontest.Fault{Times: 1, Do: acsmontest.NextPage(link)})
		if rows, err := acsmon.Collect(client.Devices.List(bg, all)); err != nil || len(rows) != 150 {
			t.Errorf("%s: %d rows, %v", link, len(rows), err)
		}
		if len(notices) != 1 || !strings.Contains(notices[0], "the server links to itself as") {
			t.Errorf("%s: the notices are %q", link, notices)
		}
	}
	// Where the link is all that leads on, one that repeats a page is still an error.
	client := handle(t, func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, `{"data":[{"id":1}],"next_page_url":"https://elsewhere.example/devices?page=2"}`)
	})
	_, err := acsmon.Collect(client.Devices.Fields().List(bg, all))
	saysAll(t, apiError(t, err).Error(), "its pages repeat each other")
	if strayed.Load() != 0 {
		t.Error("the other server was asked")
	}
}

// Without a total, a row that comes twice is all that shows that rows moved: another one may have
// slipped through.
func TestAListWithoutATotalThatMovesIsReadAgain(t *testing.T) {
	lists := func(pages ...string) http.HandlerFunc {
		n := 0
		return func(w http.ResponseWriter, _ *http.Request) {
			io.WriteString(w, pages[min(n, len(pages)-1)])
			n++
		}
	}
	first, again := `{"data":[{"id":1},{"id":2}],"next_page_url":"?page=2"}`, `{"data":[{"id":2},{"id":4}],"next_page_url":null}`
	rows, err := acsmon.Collect(handle(t, lists(first, again, first, `{"data":[{"id":3},{"id":4}],"next_page_url":null}`)).Devices.Fields().List(bg, all))
	if err != nil || !slices.Equal(ids(rows), []int64{1, 2, 4, 3}) {
		t.Errorf("the ids are %v, want 1, 2, 4, 3: %v", ids(rows), err)
	}
	_, err = acsmon.Collect(handle(t, lists(first, again, first, again)).Devices.Fields().List(bg, all))
	if !errors.Is(err, acsmon.ErrListChanged) {
		t.Error(err)
	}
	saysAll(t, err.Error(), "the server does not count them")
}

func TestALinksPortAndSchemeAreNotFollowedEither(t *testing.T) {
	var strayed atomic.Int32
	elsewhere := handleURL(t, func(http.ResponseWriter, *http.Request) { strayed.Add(1) })
	server, client := start(t, acsmontest.Options{Devices: 250})
	server.Inject(acsmontest.Fault{Do: acsmontest.NextPage(elsewhere + "/api/v1/devices?page=2")})
	acsmon.Collect(client.Devices.List(bg, all))
	if strayed.Load() != 0 {
		t.Error("the link was followed")
	}
}

func TestPagesThatGoRoundInACircleAreRefused(t *testing.T) {
	t.Run("with a total", func(t *testing.T) {
		server, client := start(t, acsmontest.Options{Devices: 250})
		server.Inject(acsmontest.Fault{Do: acsmontest.LoopPages()})
		if got := walked(t, client, all); !slices.Equal(got, deviceIDs(server)) { // the pages are asked for by number
			t.Errorf("%d rows", len(got))
		}
	})
	for name, body := range map[string]string{
		"the same page":          `{"data":[{"id":1}],"next_page_url":"?page=1"}`,
		"without ids":            `{"data":[{"checked_at":"2026-04-22T10:14:33Z"}],"next_page_url":"?page=2"}`,
		"a link without a query": `{"data":[{"id":1}],"next_page_url":"/api/v1/devices"}`,
	} {
		t.Run(name, func(t *testing.T) {
			_, err := acsmon.Collect(handle(t, answer(200, body)).Devices.List(bg, all))
			saysAll(t, apiError(t, err).Error(), "its pages repeat each other")
		})
	}
	t.Run("ever new links, ever the same rows", func(t *testing.T) {
		n := 0
		client := handle(t, func(w http.ResponseWriter, r *http.Request) {
			n++
			fmt.Fprintf(w, `{"data":[{"id":1}],"next_page_url":"?page=%d"}`, n+1)
		})
		_, err := acsmon.Collect(client.Devices.List(bg, all))
		saysAll(t, apiError(t, err).Error(), "its pages repeat each other")
	})
	t.Run("another page than was asked for", func(t *testing.T) {
		client := handle(t, answer(200, `{"data":[{"id":1}],"meta":{"current_page":1,"last_page":3},"next_page_url":"?page=2"}`))
		_, err := acsmon.Collect(client.Devices.List(bg, all))
		saysAll(t, apiError(t, err).Error(), "page 2 was requested, but page 1 came")
	})
}

// paged serves 7 rows, 3 a page, in an envelope of its own.
func paged(envelope func(rows string, page int, more bool) string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		page, _ := strconv.Atoi(r.URL.Query().Get("page"))
		page = max(page, 1)
		var rows []string
		for id := page*3 - 2; id <= min(page*3, 7); id++ {
			rows = append(rows, fmt.Sprintf(`{"id":%d}`, id))
		}
		fmt.Fprint(w, envelope("["+strings.Join(rows, ",")+"]", page, page < 3))
	}
}

func TestEveryEnvelopeThatIsKnownOfLaravelIsRead(t *testing.T) {
	next := func(page int, more bool) string {
		if !more {
			return "null"
		}
		return fmt.Sprintf(`"?page=%d"`, page+1)
	}
	for name, envelope := range map[string]func(rows string, page int, more bool) string{
		"a simple paginator without a total": func(rows string, page int, more bool) string {
			return fmt.Sprintf(`{"current_page":%d,"data":%s,"next_page_url":%s,"per_page":3}`, page, rows, next(page, more))
		},
		"links.next only": func(rows string, page int, more bool) string {
			return fmt.Sprintf(`{"data":%s,"links":{"next":%s}}`, rows, next(page, more))
		},
		"a links array only": func(rows string, page int, more bool) string {
			return fmt.Sprintf(`{"data":%s,"links":[{"url":null,"label":"1"},{"url":%s,"label":"Next &raquo;"}]}`, rows, next(page, more))
		},
		"numbers only": func(rows string, page int, more bool) string {
			return fmt.Sprintf(`{"data":%s,"meta":{"current_page":%d,"per_page":"3","total":"7"}}`, rows, page)
		},
		"numbers at the top": func(rows string, page int, more bool) string {
			return fmt.Sprintf(`{"data":%s,"meta":[],"current_page":%d,"last_page":3}`, rows, page)
		},
	} {
		t.Run(name, func(t *testing.T) {
			rows, err := acsmon.Collect(handle(t, paged(envelope)).Devices.Fields().List(bg, all))
			if err != nil || !slices.Equal(ids(rows), []int64{1, 2, 3, 4, 5, 6, 7}) {
				t.Errorf("the ids are %v, want 1 to 7: %v", ids(rows), err)
			}
		})
	}
	for name, body := range map[string]string{"a bare array": `[{"id":1},{"id":2}]`, "data alone": `{"data":[{"id":1},{"id":2}]}`, "a byte order mark": "\ufeff" + `{"data":[{"id":1},{"id":2}]}`} {
		t.Run(name, func(t *testing.T) {
			rows, err := acsmon.Collect(handle(t, answer(200, body)).Devices.Fields().List(bg, all))
			if err != nil || !slices.Equal(ids(rows), []int64{1, 2}) {
				t.Errorf("the ids are %v, want 1 and 2: %v", ids(rows), err)
			}
		})
	}
}

func TestAnAnswerThatIsNoListIsAnErrorThatSaysWhatCame(t *testing.T) {
	for body, says := range map[string]string{
		``:                                 "an empty response came",
		`null`:                             `"null" came`,
		`{"data":null}`:                    "a list was expected",
		`{"data":{"id":1}}`:                "a list was expected",
		`{"data":[1]}`:                     "a list was expected",
		`{"data":[null]}`:                  "a list of objects was expected",
		`[null]`:                           "a list of objects was expected",
		`{"data":[]} trailing`:             "a list was expected",
		`{"data":[]}}`:                     "a list was expected",
		`{"data":[{"id":1}`:                "a list was expected",
		`<title>Sign in</title>`:           `an HTML page titled "Sign in" came`,
		`{"data":[],"next_page_url":":%"}`: "a link to the next page was expected",
		strings.Repeat(`{"data":`, 20_000): "a list was expected",
	} {
		_, err := acsmon.Collect(handle(t, answer(200, body), acsmon.WithMaxWait(0)).Devices.List(bg, all))
		saysAll(t, apiError(t, err).Error(), "GET /devices answered 200", says)
	}
}

func TestPagesAreFetchedTenAtOnceInOrder(t *testing.T) {
	inFakeTime(t, acsmontest.Options{Devices: 1900, Latency: time.Second}, func(t *testing.T, server *acsmontest.Server, client *acsmon.Client) {
		begun := time.Now()
		if got := walked(t, client, all); !slices.Equal(got, deviceIDs(server)) {
			t.Errorf("%d rows, or in another order", len(got))
		}
		between(t, "19 pages, 10 at once", time.Since(begun), 3*time.Second, 3*time.Second)
	})
}

// A page size that is known of a list is asked for, and one that the server does not
// give is no error.
func TestKnownPageSizes(t *testing.T) {
	for _, test := range []struct {
		alternatives acsmontest.Alternatives
		known        map[string]int
		requests     int
	}{
		{acsmontest.Alternatives{PerPageCap: 500}, nil, 3},
		{acsmontest.Alternatives{PerPageCap: 500}, map[string]int{"/monitors": 500}, 1},
		{acsmontest.Alternatives{PerPageCap: 500}, map[string]int{"/devices": 500}, 3},
		{acsmontest.Alternatives{PerPageCap: 100}, map[string]int{"/monitors": 500}, 5},
		{acsmontest.Alternatives{PerPageCap: 100, PerPage: "422"}, map[string]int{"/monitors": 500}, 11},
	} {
		server := acsmontest.Start(t, acsmontest.Options{Monitors: 500, Alternatives: test.alternatives})
		client, err := acsmon.New(server.URL, acsmon.WithToken(acsmon.Secret(server.Token)), acsmon.WithPageSizes(test.known))
		if err != nil {
			t.Fatal(err)
		}
		rows, err := acsmon.Collect(client.Monitors.List(t.Context(), acsmon.Query{}))
		if err != nil || len(rows) != 500 || len(server.Requests()) != test.requests {
			t.Errorf("%+v: %v, %d rows, %d requests", test, err, len(rows), len(server.Requests()))
		}
	}
}
