// SPDX-License-Identifier: MIT

package acsmon

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"
)

const (
	// A fault that is neither the rate limit nor maintenance allows this many repeats, begun within
	// this time of the first failure.
	maxRepeats   = 3
	repeatWithin = 15 * time.Second
	// If the server names no time, waits grow from the first to the last of these.
	firstBackoff     = 500 * time.Millisecond
	firstLimitWait   = 5 * time.Second
	longestLimitWait = 30 * time.Second
	// minLimitWait keeps the client from hammering a server that answers Retry-After: 0.
	minLimitWait = time.Second
)

// repeat decides whether a failed attempt is repeated, and sets the wait before it. Its error says
// why not, if the error of the attempt does not say it all.
func (k *call) repeat(err error) (bool, error) {
	var e *Error
	switch {
	case errors.As(err, new(*wrapperError)):
		k.lost = k.lost || k.sent.Load()
		return false, nil
	case !errors.As(err, &e):
		return k.repeatFault(err), nil
	}
	switch {
	case e.Status == http.StatusTooManyRequests, e.Reason == ReasonUnavailable && (e.notProcessed || !k.request.once):
		k.lost = k.lost || !e.notProcessed || e.Status < 300
		return k.waitOut(e)
	case e.Status >= 500, e.broken:
		return k.repeatFault(err), nil
	}
	return false, nil
}

// repeatFault allows a few repeats after a fault. It allows more if the server has answered before
// and is now away, as when its services or its host restart.
func (k *call) repeatFault(err error) bool {
	now, sent := time.Now(), k.sent.Load()
	if k.firstFailure.IsZero() {
		k.firstFailure = now
	}
	k.lost = k.lost || sent
	if sent && k.request.once || !sent && hopeless(err) {
		return false
	}
	wait := firstBackoff << min(k.repeats, 10)
	wait += rand.N(wait)
	if k.client.reached.Load() && away(err, sent) {
		wait = min(wait, jitter(longestLimitWait))
		k.budget.charge(now.Sub(k.started)) // connecting to a host that is away takes time
	} else if k.repeats >= maxRepeats || now.Add(wait).Sub(k.firstFailure) > repeatWithin {
		return false
	}
	if k.budget.spend(wait) != nil {
		return false
	}
	k.repeats++
	k.wait = wait
	return true
}

// away reports whether a failed attempt found nobody: no connection could be made, or it broke
// before a response came, or a proxy says that nobody is behind it. A response that does not come
// in time says nothing about that.
func away(err error, sent bool) bool {
	var e *Error
	if errors.As(err, &e) {
		return e.Status == http.StatusBadGateway
	}
	return !sent || !timedOut(err)
}

// waitOut waits for the end of the rate limit or of maintenance, if the budget allows it. A rate
// limit stops all callers, whatever the budget of this one.
func (k *call) waitOut(e *Error) (bool, error) {
	wait := min(firstLimitWait<<min(k.limitWaits, 10), longestLimitWait)
	if !e.RetryAt.IsZero() {
		wait = max(time.Until(e.RetryAt), minLimitWait)
	}
	wait = jitter(wait)
	if e.Status == http.StatusTooManyRequests {
		k.pace.close(wait)
	}
	if err := k.budget.spend(wait); err != nil {
		return false, k.outOfBudget(err, e)
	}
	k.limitWaits++
	k.wait = wait
	return true, nil
}

func (k *call) outOfBudget(err error, e *Error) error {
	var long *tooLong
	if errors.As(err, &long) {
		e.guessedRetry = e.RetryAt.IsZero()
		e.RetryAt = long.until
	}
	return e
}

// fail gives a failed call its typed error.
func (k *call) fail(ctx context.Context, err error) error {
	e := k.typed(ctx, err)
	e.Lost = k.lost
	if !k.request.once || !k.uncertain(e) {
		return e
	}
	gateway := e.Status == http.StatusBadGateway || e.Status == http.StatusGatewayTimeout
	return &UncertainError{Processing: e.timeout || gateway, Answered: e.Status >= 500 && !gateway, Err: e}
}

// uncertain reports whether the request may have been carried out although it failed.
func (k *call) uncertain(e *Error) bool {
	switch {
	case e.broken:
		return true
	case e.notProcessed:
		return false
	case e.Status != 0:
		return e.Status >= 500
	}
	return k.sent.Load()
}

func (k *call) typed(ctx context.Context, err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	reason, message := networkFault(err)
	e = &Error{Method: k.request.method, Path: k.request.path, Err: k.withoutTarget(err), Reason: reason, Message: k.clean(message)}
	var long *tooLong
	switch {
	case errors.As(err, &long):
		e.Status, e.RetryAt = http.StatusTooManyRequests, long.until
		e.Reason, e.Message = ReasonRateLimit, "the rate limit is used up"
	case ctx.Err() != nil:
		e.timeout = true
		e.Reason, e.Message = ReasonCanceled, "the caller cancelled it ("+ctx.Err().Error()+")"
	case k.sent.Load() && timedOut(err):
		e.timeout = true
		e.Reason, e.Message = ReasonTimeout, fmt.Sprintf("no complete response came within %s", k.client.timeout)
	}
	return e
}
