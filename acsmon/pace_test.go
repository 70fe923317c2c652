// SPDX-License-Identifier: MIT

package acsmon_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// allowed is the time in which a limit lets n requests through: a full window
// for each that is used up.
func allowed(n, perMinute int) time.Duration {
	return time.Duration((n-1)/perMinute) * time.Minute
}

// inARow is the longest series of 429s that one caller met, and how many there
// were in all. Requests of one caller come from one path.
func inARow(server *acsmontest.Server) (longest, all int) {
	row := 0
	for _, r := range server.Requests() {
		if r.Status != http.StatusTooManyRequests {
			row = 0
			continue
		}
		row, all = row+1, all+1
		longest = max(longest, row)
	}
	return longest, all
}

func TestGoroutinesOfOneClientUseALimitWholeAndCostOne429AWindow(t *testing.T) {
	for _, latency := range []time.Duration{0, 20 * time.Millisecond, 3 * time.Second} {
		t.Run(latency.String(), func(t *testing.T) {
			inFakeTime(t, acsmontest.Options{RateLimit: 60, Latency: latency}, func(t *testing.T, server *acsmontest.Server, client *acsmon.Client) {
				const goroutines, each = 20, 30
				begun := time.Now()
				var group sync.WaitGroup
				for range goroutines {
					group.Go(func() {
						for range each {
							if _, err := client.Me(bg); err != nil {
								t.Error(err)
							}
						}
					})
				}
				group.Wait()
				limit := allowed(goroutines*each, 60)
				between(t, "600 requests", time.Since(begun), limit, limit*115/100)
				longest, all := inARow(server)
				if longest > 1 || all > 9 {
					t.Errorf("%d times 429, up to %d in a row", all, longest)
				}
				t.Logf("%s for %s, %d times 429", time.Since(begun).Round(time.Second), limit, all)
			}, acsmon.WithMaxWait(time.Hour))
		})
	}
}

func TestAListKeepsToTheLimitToo(t *testing.T) {
	inFakeTime(t, acsmontest.Options{Devices: 3000, RateLimit: 10, Latency: 50 * time.Millisecond}, func(t *testing.T, server *acsmontest.Server, client *acsmon.Client) {
		begun := time.Now()
		if rows := walked(t, client, all); len(rows) != 3000 {
			t.Errorf("%d rows", len(rows))
		}
		between(t, "30 pages at 10 a minute", time.Since(begun), 2*time.Minute, 2*time.Minute*115/100)
		if longest, all := inARow(server); longest > 1 || all != 2 {
			t.Errorf("%d times 429, up to %d in a row", all, longest)
		}
	})
}

func TestSeveralProcessesShareALimitWithoutStarvingOneAnother(t *testing.T) {
	for _, latency := range []time.Duration{20 * time.Millisecond, 500 * time.Millisecond} {
		t.Run(latency.String(), func(t *testing.T) {
			inFakeTime(t, acsmontest.Options{RateLimit: 60, Latency: latency}, func(t *testing.T, server *acsmontest.Server, _ *acsmon.Client) {
				const processes, each = 20, 30
				begun := time.Now()
				var first, last, longest time.Duration
				var group sync.WaitGroup
				var mu sync.Mutex
				for range processes {
					client := memoryClient(t, server, acsmon.WithMaxWait(time.Hour))
					group.Go(func() {
						for range each {
							asked := time.Now()
							if _, err := client.Me(bg); err != nil {
								t.Error(err)
							}
							mu.Lock()
							longest = max(longest, time.Since(asked))
							mu.Unlock()
						}
						mu.Lock()
						defer mu.Unlock()
						if last = time.Since(begun); first == 0 {
							first = last
						}
					})
				}
				group.Wait()
				limit := allowed(processes*each, 60)
				between(t, "600 requests", last, limit, limit*115/100)
				_, all := inARow(server)
				if most := processes * 10; all > most {
					t.Errorf("%d times 429, want at most one a process and window: %d", all, most)
				}
				between(t, "the longest call", longest, 0, 2*time.Minute)
				t.Logf("the first is done after %s, the last after %s, of %s; %d times 429; the longest call took %s",
					first.Round(time.Second), last.Round(time.Second), limit, all, longest.Round(time.Second))
			})
		})
	}
}

func TestALimitThatIsEnoughForAllIsNotSpread(t *testing.T) {
	inFakeTime(t, acsmontest.Options{Devices: 1000, RateLimit: 60, Latency: 10 * time.Millisecond}, func(t *testing.T, server *acsmontest.Server, _ *acsmon.Client) {
		begun := time.Now()
		var group sync.WaitGroup
		for range 5 {
			client := memoryClient(t, server)
			group.Go(func() { walked(t, client, all) })
		}
		group.Wait()
		between(t, "five processes of ten pages each", time.Since(begun), 0, time.Second)
	})
}

func TestCallersWaitForOneAnswerBeforeTheyKnowTheLimit(t *testing.T) {
	inFakeTime(t, acsmontest.Options{RateLimit: 60, Latency: time.Second}, func(t *testing.T, server *acsmontest.Server, client *acsmon.Client) {
		begun := time.Now()
		var group sync.WaitGroup
		for range 20 {
			group.Go(func() { must(client.Me(bg)) })
		}
		group.Wait()
		between(t, "one, then 19 at once", time.Since(begun), 2*time.Second, 2*time.Second)
	})
}

func TestAnAnswerThatSaysNothingOfTheLimitTeachesNothing(t *testing.T) {
	inFakeTime(t, acsmontest.Options{RateLimit: 5, Latency: time.Second}, func(t *testing.T, server *acsmontest.Server, client *acsmon.Client) {
		for range 5 {
			must(client.Me(bg))
		}
		server.Inject(acsmontest.Fault{Times: 1, Do: acsmontest.Status(502)})
		var group sync.WaitGroup
		for range 20 {
			group.Go(func() { must(client.Me(bg)) })
		}
		group.Wait()
		if longest, all := inARow(server); longest > 1 || all > 4 {
			t.Errorf("%d times 429, up to %d in a row", all, longest)
		}
	})
}

func TestA429WithoutAnyHeaderStopsAllCallers(t *testing.T) {
	inFakeTime(t, acsmontest.Options{Latency: time.Second}, func(t *testing.T, server *acsmontest.Server, client *acsmon.Client) {
		must(client.Me(bg))
		server.Inject(acsmontest.Fault{Times: 1, Do: acsmontest.TooManyRequests(0)})
		var group sync.WaitGroup
		group.Go(func() { must(client.Me(bg)) })
		time.Sleep(2 * time.Second)
		begun := time.Now()
		must(client.Me(bg))
		between(t, "5 s, and what the others need", time.Since(begun), 4*time.Second, 7*time.Second)
		group.Wait()
	})
}

func TestTheLimitIsKnownFromTheLastAnswer(t *testing.T) {
	inFakeTime(t, acsmontest.Options{RateLimit: 60}, func(t *testing.T, server *acsmontest.Server, client *acsmon.Client) {
		if got := client.Limit(); got != (acsmon.Limit{}) {
			t.Errorf("before the first answer: %+v", got)
		}
		for n := range 3 {
			must(client.Me(bg))
			if got := client.Limit(); got != (acsmon.Limit{PerMinute: 60, Remaining: 59 - n}) {
				t.Errorf("after %d answers: %+v", n+1, got)
			}
		}
	})
}

func TestAServerWithoutALimitIsNotPaced(t *testing.T) {
	inFakeTime(t, acsmontest.Options{Latency: time.Second}, func(t *testing.T, server *acsmontest.Server, client *acsmon.Client) {
		must(client.Me(bg))
		begun := time.Now()
		var group sync.WaitGroup
		for range 100 {
			group.Go(func() { must(client.Me(bg)) })
		}
		group.Wait()
		between(t, "100 requests at once", time.Since(begun), time.Second, time.Second)
	})
}

func TestACallerMayGiveUpWaitingForItsTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := acsmontest.New(acsmontest.Options{})
		t.Cleanup(func() { server.Close() })
		client := memoryClient(t, server)
		server.Inject(acsmontest.Fault{Times: 1, Do: acsmontest.Delay(10 * time.Second)})
		var group sync.WaitGroup
		group.Go(func() { must(client.Me(bg)) })
		synctest.Wait()
		ctx, cancel := contextFor(time.Second)
		defer cancel()
		begun := time.Now()
		_, err := client.Monitors.Create(ctx, plainMonitor)
		if e := apiError(t, err); !strings.Contains(e.Message, "cancelled it") || time.Since(begun) != time.Second {
			t.Errorf("%v after %s", err, time.Since(begun))
		}
		group.Wait()
		if n := len(server.Writes()); n != 0 {
			t.Errorf("%d writes", n)
		}
	})
}
