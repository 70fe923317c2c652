// SPDX-License-Identifier: GPL-3.0-or-later

package settings

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// Twelve forks of one task stand before one server. Each has its own max_wait, and none takes
// longer than that, whatever stands in front of it.
func TestMaxWaitBoundsATaskWhateverStandsInFrontOfIt(t *testing.T) {
	tests := []struct {
		name     string
		fault    acsmontest.Effect
		most     time.Duration
		requests int
	}{
		{"maintenance without a time", acsmontest.Unavailable(0), 6 * time.Second, 2},
		{"maintenance for an hour", acsmontest.Unavailable(time.Hour), time.Second, 1},
		{"a rate limit for an hour", acsmontest.TooManyRequests(time.Hour), time.Second, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			env := newEnviron(t)
			synctest.Test(t, func(t *testing.T) {
				server := acsmontest.New(acsmontest.Options{})
				t.Cleanup(func() { server.Close() })
				server.Inject(acsmontest.Fault{Do: test.fault})
				env["ACSMON_BASE_URL"], env["ACSMON_TOKEN"] = server.URL, server.Token
				begun := time.Now()
				var forks sync.WaitGroup
				for range 12 {
					forks.Go(func() {
						if err := taskOf(t, env, server, 5); !errors.As(err, new(*acsmon.Error)) {
							t.Errorf("the error is %v", err)
						}
					})
				}
				forks.Wait()
				if took := time.Since(begun); took > test.most {
					t.Errorf("it took %s", took)
				}
				if n := len(server.Requests()); n > test.requests {
					t.Errorf("%d requests", n)
				}
			})
		})
	}
}

// taskOf does what a module does: it takes the lock of its server, and asks it.
func taskOf(t *testing.T, env environ, server *acsmontest.Server, maxWait int) error {
	connection, err := Resolve(Task, options{"max_wait": maxWait}, env.lookup, nil)
	if err != nil {
		t.Error(err)
		return nil
	}
	client, err := connection.Client(acsmon.WithDialer(server.Dial))
	if err != nil {
		t.Error(err)
		return nil
	}
	defer client.CloseIdleConnections()
	ctx := acsmon.WithWaitBudget(context.Background(), connection.MaxWait)
	release, err := connection.Lock(ctx, "writes")
	if err != nil {
		return err
	}
	defer release()
	_, err = client.Me(ctx)
	return err
}

func TestTheWaitForTheLockCounts(t *testing.T) {
	env := newEnviron(t, "ACSMON_BASE_URL", here, "ACSMON_TOKEN", "1|x")
	synctest.Test(t, func(t *testing.T) {
		holder, err := Resolve(Task, nil, env.lookup, nil)
		if err != nil {
			t.Fatal(err)
		}
		release, err := holder.Lock(t.Context(), "writes")
		if err != nil {
			t.Fatal(err)
		}
		begun := time.Now()
		_, err = holder.Lock(acsmon.WithWaitBudget(t.Context(), 7*time.Second), "writes")
		says(t, err, "another run has not finished", "within 7s", "allow a longer wait with max_wait")
		if took := time.Since(begun).Round(time.Second); took != 7*time.Second {
			t.Errorf("it took %s", took)
		}
		ctx := acsmon.WithWaitBudget(t.Context(), time.Minute)
		time.AfterFunc(20*time.Second, release)
		release, err = holder.Lock(ctx, "writes")
		if err != nil {
			t.Fatal(err)
		}
		release()
		if left, _ := acsmon.WaitBudget(ctx); left.Round(time.Second) != 40*time.Second {
			t.Errorf("%s are left", left)
		}
	})
}

// What was learned before a run began may be over, and another user's limit is not this one's.
func TestANoteCountsForThoseWhoWait(t *testing.T) {
	env := newEnviron(t, "ACSMON_BASE_URL", here, "ACSMON_TOKEN", "1|x")
	mine, err := Resolve(Task, nil, env.lookup, nil)
	if err != nil {
		t.Fatal(err)
	}
	other, err := Resolve(Task, options{"token": "2|y"}, env.lookup, nil)
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		closedUntil := func(status int) acsmon.Trace {
			return acsmon.Trace{Status: status, Err: &acsmon.Error{Status: status, Method: "GET", Path: "/monitors", RetryAt: time.Now().Add(time.Hour)}}
		}
		mine.learn(closedUntil(http.StatusTooManyRequests))
		if err := mine.closedFor(time.Minute, begun); !acsmon.IsRateLimited(err) {
			t.Errorf("the one who waits: %v", err)
		}
		if err := other.closedFor(time.Minute, begun); err != nil {
			t.Errorf("another user: %v", err)
		}
		if err := mine.closedFor(2*time.Hour, begun); err != nil {
			t.Errorf("who may wait so long: %v", err)
		}
		time.Sleep(time.Second)
		if err := mine.closedFor(time.Minute, time.Now()); err != nil {
			t.Errorf("who comes later: %v", err)
		}
		mine.learn(closedUntil(http.StatusServiceUnavailable))
		says(t, other.closedFor(time.Minute, begun), "GET /monitors answered 503", "another run was told")
	})
}
