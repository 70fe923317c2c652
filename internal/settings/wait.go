// SPDX-License-Identifier: GPL-3.0-or-later

package settings

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/lock"
)

// Lock takes the lock of that name. The wait for it is taken from the context's wait budget. While
// it waits, another process may learn that the server is closed for longer than this one may wait:
// then Lock fails with what that process learned. What was learned earlier does not count, because
// it may be over.
func (c *Connection) Lock(ctx context.Context, name string) (release func(), err error) {
	left, ok := acsmon.WaitBudget(ctx)
	if !ok {
		left = c.MaxWait
	}
	begun := time.Now()
	remaining := func() time.Duration { return left - time.Since(begun) }
	release, err = lock.TakeUnless(ctx, name, func() error {
		if closed := c.closedFor(remaining(), begun); closed != nil {
			return closed
		}
		if remaining() <= 0 {
			return fmt.Errorf("another run has not finished its work with %s within %s: %s, or allow a longer wait with %s",
				c.origin, left.Round(time.Second), c.door.again(), c.door.setting("max_wait"))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	acsmon.SpendWait(ctx, time.Since(begun))
	if closed := c.closedFor(remaining(), begun); closed != nil {
		release()
		return nil, closed
	}
	return release, nil
}

// closing is what one process tells the others: how long the server takes no requests.
type closing struct {
	Until   time.Time `json:"until"`
	Learned time.Time `json:"learned"`
	// Status is 429, which concerns one identity, or 503, which concerns all.
	Status   int    `json:"status"`
	Identity string `json:"identity"`
	Method   string `json:"method"`
	Path     string `json:"path"`
}

func (c *Connection) noteName() string { return "closed " + c.origin }

// learn leaves a note if an attempt has shown that the server is closed.
func (c *Connection) learn(t acsmon.Trace) {
	var e *acsmon.Error
	if !errors.As(t.Err, &e) || strings.HasPrefix(e.Path, "/auth/login") || // it has a limit of its own
		t.Status != http.StatusTooManyRequests && t.Status != http.StatusServiceUnavailable {
		return
	}
	until := e.RetryAt
	if until.IsZero() {
		until = time.Now().Add(t.Wait)
	}
	note, err := json.Marshal(closing{until, time.Now(), t.Status, c.Identity(), e.Method, e.Path})
	if err == nil {
		_ = lock.Leave(c.noteName(), note) // without the note, others ask the server themselves
	}
}

// rememberCap leaves a note for knowsCap that the server refuses large pages.
func (c *Connection) rememberCap() {
	_ = lock.Leave(c.capName(), []byte(time.Now().UTC().Format(time.RFC3339))) // without the note, the next run asks once more
}

// knowsCap reports whether the server has refused large pages within the last day. After that it
// may have been updated.
func (c *Connection) knowsCap() bool {
	learned, err := time.Parse(time.RFC3339, string(lock.Note(c.capName())))
	return err == nil && time.Since(learned) < 24*time.Hour
}

func (c *Connection) capName() string { return "page size of " + c.origin }

// closedFor returns the error of another process that has learned, since then, that the server is
// closed for longer than the wait.
func (c *Connection) closedFor(wait time.Duration, since time.Time) error {
	var note closing
	if json.Unmarshal(lock.Note(c.noteName()), &note) != nil || note.Learned.Before(since) || note.Learned.After(time.Now()) {
		return nil
	}
	closed := time.Until(note.Until)
	if closed <= 0 || closed <= wait || note.Status == http.StatusTooManyRequests && note.Identity != c.Identity() {
		return nil
	}
	reason, message := acsmon.ReasonRateLimit, "another run was told that the rate limit is used up"
	if note.Status == http.StatusServiceUnavailable {
		reason, message = acsmon.ReasonUnavailable, "another run was told that the server is not available"
	}
	return &acsmon.Error{
		Status: note.Status, Method: note.Method, Path: note.Path, Reason: reason, Message: message, RetryAt: note.Until,
	}
}
