// SPDX-License-Identifier: MIT

package acsmon

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode"
)

// Error is a request that the API refused or that got no usable answer. Use
// errors.As, or one of IsNotFound, IsUnauthorized and their like.
type Error struct {
	// Status is the HTTP status; 0 is the network: DNS, TLS, connection, time-out.
	Status int
	// Method and Path name the request; Path is below /api/v1 and has no query.
	Method, Path string
	// Reason is what stands behind it, where that is known.
	Reason Reason
	// Message is the server's own, or what was wrong with its response. It is
	// shortened and holds no control characters.
	Message string
	// Fields holds the server's complaints by field, as a 422 gives them, fit for
	// a terminal like Message.
	Fields map[string][]string
	// Permission is the slug that the route asks for, on a 403, and OtherPermission the
	// other spelling of it that the vendor's pages have; "" where they have one.
	Permission, OtherPermission string
	// RetryAt is when to come back, where the server said so; else zero.
	RetryAt time.Time
	// Lost says that an earlier attempt at the request was sent and got no usable
	// answer: it may have been carried out, even where this one was refused.
	Lost bool
	// Err is the cause below, if any: a network error, a context's.
	Err error

	broken       bool // a response came and cannot be used
	timeout      bool // it did not come, or not whole, in time
	notProcessed bool // the framework, or a proxy that names a time, refused it before the application saw it
}

// Error names the request and says what was wrong, in one sentence. What to do about
// it depends on the caller: see [Reason].
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", e.Method, e.Path)
	if e.Status != 0 {
		fmt.Fprintf(&b, " answered %d", e.Status)
	} else {
		b.WriteString(" failed")
	}
	if e.Message != "" {
		b.WriteString(": " + strings.TrimRight(e.Message, ". "))
	}
	if extra := e.fieldErrors(); extra != "" {
		b.WriteString(" (" + extra + ")")
	}
	if cause := e.cause(); cause != "" {
		b.WriteString(": " + cause)
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// cause is what the status means, where that is more than the server says.
func (e *Error) cause() string {
	switch {
	case e.Reason == ReasonUnauthorized:
		return "the token is missing, revoked, or its user is gone"
	case e.Reason == ReasonForbidden && e.Permission != "":
		return "the token's role lacks the permission " + e.permissions()
	case !e.RetryAt.IsZero():
		return "the server asks to come back at " + e.RetryAt.UTC().Format(time.RFC3339)
	}
	return ""
}

// fieldErrors gives "port: The port must be …; host: …" in the fields' order.
func (e *Error) fieldErrors() string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(e.Fields)) {
		parts = append(parts, name+": "+strings.TrimRight(clean(strings.Join(e.Fields[name], " ")), ". "))
	}
	return strings.Join(parts, "; ")
}

// UncertainError is a create whose answer was lost: the server may or may not
// have carried it out. Look before you send it again.
type UncertainError struct {
	// Processing says that the server may still be working on it (a time-out, or
	// a proxy that gave up with 502 or 504).
	Processing bool
	// Answered says that the server itself answered with an error status, so it
	// has finished; it may still have stored the row before it failed.
	Answered bool
	// Err is what happened to the answer, nearly always an *Error.
	Err error
}

// Error says that the outcome is not known, and why.
func (e *UncertainError) Error() string {
	return e.Err.Error() + "; it is not certain whether the server carried this out: look before you repeat it"
}

// Unwrap returns what happened to the answer.
func (e *UncertainError) Unwrap() error { return e.Err }

// ErrListChanged is the cause of the error that ends a walk through a list
// whose rows kept moving while it was read.
var ErrListChanged = errors.New("the list kept changing while it was read")

// IsNotFound reports whether err is the API's 404: there is no such id.
func IsNotFound(err error) bool { return hasStatus(err, http.StatusNotFound) }

// IsUnauthorized reports whether err is the API's 401: the token is not valid.
func IsUnauthorized(err error) bool { return hasStatus(err, http.StatusUnauthorized) }

// IsForbidden reports whether err is the API's 403: a permission is missing.
func IsForbidden(err error) bool { return hasStatus(err, http.StatusForbidden) }

// IsInvalid reports whether err is the API's 422: it refused what was sent.
func IsInvalid(err error) bool { return hasStatus(err, http.StatusUnprocessableEntity) }

// IsConflict reports whether err is a 409 or a 422, as some servers answer to an
// acknowledge or a resolve of what is so already.
func IsConflict(err error) bool { return hasStatus(err, http.StatusConflict) || IsInvalid(err) }

// IsQueryRefused reports whether err is a 400 or a 422, as some servers answer to a
// search, a filter, a sort or a page size that they do not know; others ignore it.
func IsQueryRefused(err error) bool { return hasStatus(err, http.StatusBadRequest) || IsInvalid(err) }

// IsRateLimited reports whether err is the API's 429, waited for as long as allowed.
func IsRateLimited(err error) bool { return hasStatus(err, http.StatusTooManyRequests) }

// IsNetwork reports whether err is the network's: no answer came.
func IsNetwork(err error) bool { return hasStatus(err, 0) }

// IsBroken reports whether an answer came that cannot be used: it broke off, or was no
// JSON, as when a proxy puts a page of its own in the server's place.
func IsBroken(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.broken
}

// IsRefused reports whether the server declined the request: it was not carried out,
// and neither was an earlier attempt at it.
func IsRefused(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Status >= 300 && e.Status < 500 && !e.Lost
}

// IsRequestFault reports whether err is about one request, so that others may do
// better: not the network, the token, the rate limit or a server that is away.
func IsRequestFault(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Status >= 200 && e.Status <= http.StatusInternalServerError &&
		e.Status != http.StatusUnauthorized && e.Status != http.StatusTooManyRequests
}

func hasStatus(err error, status int) bool {
	var e *Error
	return errors.As(err, &e) && e.Status == status
}

const maxMessage = 300

// clean makes a server's text fit for an error message: one line, no control or
// invisible format characters, shortened.
func clean(s string) string {
	var b strings.Builder
	n := 0
	for _, r := range strings.ToValidUTF8(s, "�") {
		if n++; n > maxMessage {
			b.WriteString("…")
			break
		}
		switch {
		case unicode.IsSpace(r):
			b.WriteByte(' ')
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r):
			fmt.Fprintf(&b, "\\u%04x", r)
		default:
			b.WriteRune(r)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}
