// SPDX-License-Identifier: GPL-3.0-or-later

package progress_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/progress"
)

// TestWaits holds which waits are told: those of more than ten seconds, each moment once.
func TestWaits(t *testing.T) {
	together := func(ctx context.Context, waits ...time.Duration) {
		var all sync.WaitGroup
		for _, wait := range waits {
			all.Go(func() { _ = acsmon.Sleep(ctx, wait) })
		}
		all.Wait()
	}
	for _, test := range []struct {
		what string
		do   func(context.Context)
		want []string
	}{
		{"a short wait", func(ctx context.Context) { together(ctx, 10*time.Second) }, nil},
		{"a long wait", func(ctx context.Context) { together(ctx, 11*time.Second) }, []string{"waiting 11 s for the server or its rate limit"}},
		{"many for the same moment", func(ctx context.Context) {
			for n := range 10 {
				go together(ctx, 30*time.Second+time.Duration(n)*100*time.Millisecond)
				synctest.Wait()
			}
			together(ctx, 31*time.Second)
		}, []string{"waiting 30 s for the server or its rate limit"}},
		{"one after the other", func(ctx context.Context) {
			together(ctx, 60*time.Second)
			together(ctx, 20*time.Second)
		}, []string{"waiting 60 s for the server or its rate limit", "waiting 20 s for the server or its rate limit"}},
	} {
		t.Run(test.what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var told []string
				test.do((&progress.Progress{Tell: func(line string) { told = append(told, line) }}).Follow(t.Context()))
				if !slices.Equal(told, test.want) {
					t.Errorf("it says %q, want %q", told, test.want)
				}
			})
		})
	}
}
