// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/converge"
)

// tellEvery is the least time between two lines of progress, and the longest wait of which
// nothing is said. A run that takes less says nothing.
const tellEvery = 10 * time.Second

// progress tells how far a long run is. It holds no text of the server's.
type progress struct {
	tell  func(line string)
	name  string // of the module
	limit func() acsmon.Limit

	mu          sync.Mutex
	told        time.Time // the last line; at first, the beginning
	done, total int       // writes; a total of 0 is not known
}

// follow tells of the waits of a run.
func (s *session) follow(ctx context.Context, name string) {
	s.progress = &progress{tell: s.Progress, name: name, limit: s.client.Limit, told: time.Now()}
	acsmon.OnWait(ctx, s.progress.waits)
}

// wrote tells of what was written, now and then.
func (p *progress) wrote(done, total int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done, p.total = done, total
	if time.Since(p.told) >= tellEvery {
		p.say(0)
	}
}

// waits tells of a wait that is long enough for somebody to wonder.
func (p *progress) waits(wait time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if wait > tellEvery {
		p.say(wait)
	}
}

func (p *progress) say(wait time.Duration) {
	p.told = time.Now().Add(wait)
	var parts []string
	if p.total > 0 {
		parts = append(parts, fmt.Sprintf("%d of %d written", p.done, p.total))
	}
	if wait > 0 {
		parts = append(parts, fmt.Sprintf("waiting %d s for the server or its rate limit", int(wait.Round(time.Second).Seconds())))
	}
	if left := converge.Wait(p.limit(), p.total-p.done); left > time.Minute {
		parts = append(parts, fmt.Sprintf("about %d minutes left", int(left.Minutes())))
	}
	p.tell(p.name + ": " + strings.Join(parts, ", "))
}
