// SPDX-License-Identifier: MIT

package acsmon_test

import (
	"context"
	"errors"
	"net"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// A restart of the vendor's services takes 30 to 60 seconds, that of its host two minutes.
func TestAServerThatWasReachedMayBeAwayForAWhile(t *testing.T) {
	refused := &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
	tests := []struct {
		name    string
		reached bool
		away    time.Duration // from the start, or from the first response
		budget  time.Duration
		ok      bool
	}{
		{"its services restart", true, time.Minute, 5 * time.Minute, true},
		{"its host restarts", true, 2 * time.Minute, 5 * time.Minute, true},
		{"longer than the budget", true, 2 * time.Minute, time.Minute, false},
		{"never reached", false, time.Minute, 5 * time.Minute, false},
		{"never reached, and back soon", false, 2 * time.Second, 5 * time.Minute, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := acsmontest.New(acsmontest.Options{})
				t.Cleanup(func() { server.Close() })
				var until time.Time
				client := memoryClient(t, server, acsmon.WithDialer(func(ctx context.Context, network, address string) (net.Conn, error) {
					if time.Now().Before(until) {
						return nil, refused
					}
					return server.Dial(ctx, network, address)
				}))
				if test.reached {
					must(client.Me(bg))
					client.CloseIdleConnections()
				}
				begun := time.Now()
				until = begun.Add(test.away)
				_, err := client.Monitors.Create(acsmon.WithWaitBudget(bg, test.budget), plainMonitor)
				if (err == nil) != test.ok {
					t.Fatalf("the error is %v, want none: %t", err, test.ok)
				}
				most := min(test.budget, test.away+31*time.Second)
				if !test.reached {
					most = 15 * time.Second
				}
				between(t, "waited", time.Since(begun), 0, most)
				if err != nil && errors.As(err, new(*acsmon.UncertainError)) {
					t.Error("it is certain that nothing was made")
				}
			})
		})
	}
}

func TestConnectionsThatBreakWhileTheServerRestartsAreRepeated(t *testing.T) {
	for name, effect := range map[string]acsmontest.Effect{"reset": acsmontest.Reset(), "a proxy's 502": acsmontest.Status(502)} {
		t.Run(name, func(t *testing.T) {
			inFakeTime(t, acsmontest.Options{}, func(t *testing.T, server *acsmontest.Server, client *acsmon.Client) {
				addRows(server)
				must(client.Me(bg))
				server.Inject(acsmontest.Fault{Times: 8, Do: effect})
				if _, err := client.Monitors.Get(bg, 1); err != nil {
					t.Error(err)
				}
				server.ResetRequests()
				server.Inject(acsmontest.Fault{Times: 1, Do: effect})
				if _, err := client.Monitors.Create(bg, plainMonitor); !errors.As(err, new(*acsmon.UncertainError)) || len(server.Requests()) != 1 {
					t.Errorf("a create that was sent: %v after %d requests", err, len(server.Requests()))
				}
			})
		})
	}
}

func TestWhatWasWaitedForElsewhereIsTakenFromTheBudget(t *testing.T) {
	ctx := acsmon.WithWaitBudget(bg, time.Minute)
	acsmon.SpendWait(ctx, 20*time.Second)
	if left, _ := acsmon.WaitBudget(ctx); left != 40*time.Second {
		t.Errorf("%s are left", left)
	}
	acsmon.SpendWait(ctx, time.Hour)
	if left, _ := acsmon.WaitBudget(ctx); left != 0 {
		t.Errorf("%s are left", left)
	}
	acsmon.SpendWait(bg, time.Hour) // which has none
}

// A limit takes from the budget around it, and never has more than is left there.
func TestALimitIsWithinItsBudget(t *testing.T) {
	outer := acsmon.WithWaitBudget(bg, time.Minute)
	inner := acsmon.WithWaitLimit(outer, 50*time.Second)
	left := func(ctx context.Context, want time.Duration) {
		t.Helper()
		if left, _ := acsmon.WaitBudget(ctx); left != want {
			t.Errorf("%s are left, want %s", left, want)
		}
	}
	left(inner, 50*time.Second)
	acsmon.SpendWait(inner, 20*time.Second)
	left(inner, 30*time.Second)
	left(outer, 40*time.Second)
	acsmon.SpendWait(outer, 25*time.Second)
	left(inner, 15*time.Second)
}

// Without a budget, each call may wait for as long as the client allows, and all together for as
// long as the limit allows.
func TestALimitWithoutABudgetIsWithinMaxWait(t *testing.T) {
	inFakeTime(t, acsmontest.Options{}, func(t *testing.T, server *acsmontest.Server, client *acsmon.Client) {
		ctx := acsmon.WithWaitLimit(bg, 30*time.Second)
		for i, test := range []struct {
			wait time.Duration
			done bool
		}{{20 * time.Second, false}, {8 * time.Second, true}, {8 * time.Second, true}, {8 * time.Second, true}, {8 * time.Second, false}} {
			server.Inject(acsmontest.Fault{Times: 1, Do: acsmontest.TooManyRequests(test.wait)})
			if _, err := client.Me(ctx); (err == nil) != test.done {
				t.Errorf("call %d: %v", i, err)
			}
			time.Sleep(time.Hour) // in fake time: the limit is over
		}
	}, acsmon.WithMaxWait(10*time.Second))
}
