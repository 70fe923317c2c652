// SPDX-License-Identifier: GPL-3.0-or-later

// Package progress tells a person that long work is alive: how much of it is done, what it waits
// for, and how long it may still take. It owns the lines, which hold no text of the server, and
// decides how seldom they come. It does not know what the work is, or who shows the lines.
package progress

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/command"
)

// tellEvery is the shortest time between two lines, and the longest wait that is not reported.
// Shorter work prints nothing.
const tellEvery = 10 * time.Second

// Progress is the progress of one piece of work.
type Progress struct {
	// Tell gets each line.
	Tell func(line string)
	// Left estimates how long so many more requests will take; nil: nobody knows.
	Left func(requests int) time.Duration

	mu          sync.Mutex
	told        time.Time // when the last line was printed; at first, the beginning
	done, total int       // writes; a total of 0 is not known
}

// Follow lets p report the long waits of work that uses the returned context.
func (p *Progress) Follow(ctx context.Context) context.Context {
	p.told = time.Now()
	return acsmon.OnWait(ctx, p.waits)
}

// OfCommand lets a command report its long waits if its standard error is a terminal. Ansible takes
// what an inventory script writes there for an error.
func OfCommand(ctx context.Context, call command.Call) context.Context {
	if setting, _ := call.Lookup("ACSMON_PROGRESS"); !call.Watched() || slices.Contains(off, strings.ToLower(setting)) {
		return ctx
	}
	return (&Progress{Tell: call.Complain}).Follow(ctx)
}

// off are the values of ACSMON_PROGRESS that turn progress off, here and in the action plugin.
var off = []string{"no", "false", "off", "0"}

// Wrote reports from time to time how much was written.
func (p *Progress) Wrote(done, total int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done, p.total = done, total
	if time.Since(p.told) >= tellEvery {
		p.say(0)
	}
}

// waits reports a wait that is long enough for somebody to wonder. If several requests wait for the
// same moment, it is reported once, although each waits a little longer by chance.
func (p *Progress) waits(wait time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if wait > tellEvery && time.Now().Add(wait).After(p.told.Add(tellEvery/2)) {
		p.say(wait)
	}
}

func (p *Progress) say(wait time.Duration) {
	p.told = time.Now().Add(wait)
	var parts []string
	if p.total > 0 {
		parts = append(parts, fmt.Sprintf("%d of %d written", p.done, p.total))
	}
	if wait > 0 {
		parts = append(parts, fmt.Sprintf("waiting %d s for the server or its rate limit", int(wait.Round(time.Second).Seconds())))
	}
	if left := p.left(); left > time.Minute {
		parts = append(parts, fmt.Sprintf("about %d minutes left", int(left.Minutes())))
	}
	p.Tell(strings.Join(parts, ", "))
}

func (p *Progress) left() time.Duration {
	if p.Left == nil {
		return 0
	}
	return p.Left(p.total - p.done)
}
