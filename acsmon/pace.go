// SPDX-License-Identifier: MIT

package acsmon

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// Limit is what the server last said about the rate limit.
type Limit struct {
	// PerMinute is X-RateLimit-Limit; 0 if the server has not said.
	PerMinute int
	// Remaining is how many requests are left in the current minute, as far as this client knows.
	// It has no meaning while PerMinute is 0.
	Remaining int
}

// pacer keeps the callers of one client within the server's rate limit. As many requests are sent
// at once as the last response said remain. While that is unknown, or nothing remains, one request
// goes alone and shows what the others may do. If other clients share a limit that is too small for
// all, each client spreads its requests over the minute: otherwise the quickest would take all of
// it, and the slowest would starve.
type pacer struct {
	mu          sync.Mutex
	limit       int
	remaining   int // unknown until the first response
	known       bool
	responses   int // so far
	lowest      int // the number of the response that remaining comes from
	inFlight    int
	scarce      bool // the minute before this one ended with nothing left
	crowded     bool // and others use this one too
	paused      bool // between two requests of a crowded minute
	closedUntil time.Time
	changed     chan struct{} // closed and replaced at every change
}

func newPacer() *pacer { return &pacer{changed: make(chan struct{})} }

// acquire waits until one more request may be sent. The budget pays for waiting until the limit
// ends, but not for waiting for one's turn. The ticket is for release.
func (p *pacer) acquire(ctx context.Context, budget *budget) (ticket int, err error) {
	for {
		ticket, wait, changed := p.tryAcquire()
		if changed == nil {
			return ticket, nil
		}
		if wait > 0 {
			if err := budget.spend(wait); err != nil {
				return 0, err
			}
			tellWait(ctx, wait)
		}
		if err := sleep(ctx, wait, changed); err != nil {
			return 0, err
		}
	}
}

// tryAcquire takes a place. If there is none, it returns what to wait for: a time, or if that is 0
// the channel.
func (p *pacer) tryAcquire() (ticket int, wait time.Duration, changed <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if wait := time.Until(p.closedUntil); wait > 0 {
		return 0, wait, p.changed
	}
	if p.paused || p.inFlight > 0 && (!p.known || p.inFlight >= p.remaining) {
		return 0, 0, p.changed
	}
	p.inFlight++
	if p.crowded {
		p.paused = true
		time.AfterFunc(time.Minute/time.Duration(max(p.limit, 1)), p.resume)
	}
	return p.responses, 0, nil
}

// release gives the place back and learns from the response. The header is nil if there was none.
func (p *pacer) release(ticket int, header http.Header) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.inFlight--
	if header != nil {
		p.learn(ticket, header)
	}
	p.wake()
}

func (p *pacer) resume() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.paused = false
	p.wake()
}

// wake lets all waiting callers try again.
func (p *pacer) wake() {
	close(p.changed)
	p.changed = make(chan struct{})
}

func (p *pacer) learn(ticket int, header http.Header) {
	remaining, err := strconv.Atoi(header.Get("X-RateLimit-Remaining"))
	if err != nil || remaining < 0 {
		if p.limit == 0 { // a server without a limit; or the response is not from the server
			p.remaining, p.known = math.MaxInt, true
		}
		return
	}
	p.limit, _ = strconv.Atoi(header.Get("X-RateLimit-Limit"))
	p.responses++
	// Responses overtake each other. A higher figure means a new minute only if its request was
	// sent after the lower figure had come.
	if p.known && remaining > p.remaining && ticket < p.lowest {
		return
	}
	if p.known {
		p.noticeOthers(remaining)
	}
	p.remaining, p.known, p.lowest = remaining, true, p.responses
}

// noticeOthers compares what remains with what would remain if this client were alone.
func (p *pacer) noticeOthers(remaining int) {
	others := p.remaining-remaining > 1+p.inFlight
	if remaining > p.remaining { // a new minute
		p.scarce, p.crowded = p.remaining == 0, false
		others = p.limit-remaining > 1+p.inFlight
	}
	p.crowded = p.scarce && (p.crowded || others)
}

// close stops all callers for d, because the limit is used up until then. After that, one request
// goes alone and shows what the others may do.
func (p *pacer) close(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if until := time.Now().Add(min(d, longestClose)); until.After(p.closedUntil) {
		p.closedUntil = until
	}
	p.remaining, p.known = 0, true
}

// longestClose limits how long one response can stop a client.
const longestClose = time.Hour

func (p *pacer) state() Limit {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.limit == 0 {
		return Limit{}
	}
	return Limit{PerMinute: p.limit, Remaining: p.remaining}
}

// budget is how long calls may still wait for rate limits, maintenance and repeats, in total. Waits
// at the same time count once.
type budget struct {
	mu           sync.Mutex
	left         time.Duration
	chargedUntil time.Time
	parent       *budget // which is charged too; nil: there is none
	perCall      bool    // each call has the client's WithMaxWait within this one
}

type budgetKey struct{}

// WithWaitBudget lets all calls made with the returned context share d of waiting for rate limits,
// maintenance and repeats. Waits at the same time count once. Calls without such a context each
// have the client's own WithMaxWait.
func WithWaitBudget(ctx context.Context, d time.Duration) context.Context {
	return context.WithValue(ctx, budgetKey{}, &budget{left: d})
}

// WithWaitLimit lets the calls made with the returned context wait for at most d in total, within
// the context's budget. Without a budget, each of them is also within the client's WithMaxWait.
func WithWaitLimit(ctx context.Context, d time.Duration) context.Context {
	parent, _ := ctx.Value(budgetKey{}).(*budget)
	return context.WithValue(ctx, budgetKey{}, &budget{left: d, parent: parent, perCall: parent == nil || parent.perCall})
}

// Sleep waits for d and takes it from the context's budget, if there is one. If the budget does not
// allow it, Sleep returns an error at once.
func Sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	if b, ok := ctx.Value(budgetKey{}).(*budget); ok {
		if err := b.spend(d); err != nil {
			return err
		}
	}
	tellWait(ctx, d)
	return sleep(ctx, d, nil)
}

// listener is told of waits.
type listener struct {
	mu    sync.Mutex
	until time.Time // the end of the last wait that was told
	f     func(wait time.Duration)
}

type listenerKey struct{}

// OnWait lets f be called, from any goroutine, when a wait begins in a call with the returned
// context: for a rate limit, maintenance or a repeat. Of waits at the same time, only one that ends
// later than those before is told. f must not block.
func OnWait(ctx context.Context, f func(wait time.Duration)) context.Context {
	return context.WithValue(ctx, listenerKey{}, &listener{f: f})
}

// tellWait tells the context's listener of a wait that begins.
func tellWait(ctx context.Context, wait time.Duration) {
	l, ok := ctx.Value(listenerKey{}).(*listener)
	if !ok {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if until := time.Now().Add(wait); until.After(l.until) {
		l.until = until
		l.f(wait)
	}
}

// WaitBudget returns how much of the context's budget is left, and whether it has one.
func WaitBudget(ctx context.Context) (time.Duration, bool) {
	b, ok := ctx.Value(budgetKey{}).(*budget)
	if !ok {
		return 0, false
	}
	return b.remaining(), true
}

// remaining returns what is left of the budget and of those around it.
func (b *budget) remaining() time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.parent == nil {
		return b.left
	}
	return min(b.left, b.parent.remaining())
}

// SpendWait takes from the context's budget what the caller has waited for elsewhere, such as for a
// lock. It does nothing if the context has no budget.
func SpendWait(ctx context.Context, d time.Duration) {
	if b, ok := ctx.Value(budgetKey{}).(*budget); ok {
		b.charge(d)
	}
}

// charge takes a wait that is over from the budget.
func (b *budget) charge(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.left = max(b.left-d, 0)
	if b.parent != nil {
		b.parent.charge(d)
	}
}

// tooLong is the error for a wait that the budget does not allow.
type tooLong struct {
	until time.Time
	left  time.Duration
}

func (e *tooLong) Error() string {
	return fmt.Sprintf("the server asks to wait until %s, but only %s are left for waiting",
		e.until.UTC().Format(time.RFC3339), e.left.Round(time.Second))
}

// spend takes a wait that begins now from the budget, or refuses all of it.
func (b *budget) spend(wait time.Duration) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	from, until := time.Now(), time.Now().Add(wait)
	if b.chargedUntil.After(from) {
		from = b.chargedUntil
	}
	cost := max(until.Sub(from), 0)
	if cost > b.left {
		return &tooLong{until: until, left: b.left}
	}
	if b.parent != nil {
		if err := b.parent.spend(wait); err != nil {
			return err
		}
	}
	b.left -= cost
	if until.After(b.chargedUntil) {
		b.chargedUntil = until
	}
	return nil
}

// sleep waits for d, or if that is 0 for the channel, until the context ends.
func sleep(ctx context.Context, d time.Duration, changed <-chan struct{}) error {
	var expired <-chan time.Time
	if d > 0 {
		timer := time.NewTimer(d)
		defer timer.Stop()
		expired, changed = timer.C, nil
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-changed:
	case <-expired:
	}
	return nil
}

// jitter lengthens d by up to a tenth, and by a second at most, so that callers who wait for the
// same moment do not all send at once.
func jitter(d time.Duration) time.Duration {
	return d + rand.N(min(d/10, time.Second)+1)
}
