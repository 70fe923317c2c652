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

// Error is a request that the API refused, or that got no usable response. Use errors.As, or one of
// IsNotFound, IsUnauthorized and the like.
type Error struct {
	// Status is the HTTP status, or 0 for a network error: DNS, TLS, connection, time-out.
	Status int
	// Method and Path name the request. Path is below /api/v1 and has no query.
	Method, Path string
	// Reason is why the request failed, where that is known.
	Reason Reason
	// Message is the server's own message, or says what was wrong with its response. It is
	// shortened and holds no control characters.
	Message string
	// Fields holds the server's complaints about fields, as a 422 has them. They are made fit for a
	// terminal, like Message.
	Fields map[string][]string
	// Permission is the slug that a route asks for, if it answered 403. OtherPermission is the
	// other spelling that the vendor's pages have, or "" if there is only one.
	Permission, OtherPermission string
	// RetryAt is when to come back: the time that the server named, or when the client would have
	// asked again if it might wait so long. Otherwise it is zero.
	RetryAt time.Time
	// Lost says that an earlier attempt was sent and got no usable response: it may have been
	// carried out, even if this attempt was refused.
	Lost bool
	// Err is the underlying cause, if there is one: a network error, or the context's error.
	Err error

	guessedRetry bool // the server did not say when to come back
	broken       bool // a response came and cannot be used
	timeout      bool // no response came in time, or only a part of it
	notProcessed bool // the framework, or a proxy that named a time, refused it before the application saw it
}

// Error names the request and says in one sentence what was wrong. What to do about it depends on
// the caller: see [Reason].
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

// cause says what the status means, where that is more than the server says.
func (e *Error) cause() string {
	switch {
	case e.Reason == ReasonUnauthorized:
		return "the token is missing, revoked, or its user is gone"
	case e.Reason == ReasonForbidden && e.Permission != "":
		return "the token's role lacks the permission " + e.permissions()
	case e.guessedRetry:
		return "the server does not say until when, so come back at " + e.RetryAt.UTC().Format(time.RFC3339)
	case !e.RetryAt.IsZero():
		return "the server asks to come back at " + e.RetryAt.UTC().Format(time.RFC3339)
	}
	return ""
}

// fieldErrors returns "host: …; port: The port must be …", sorted by field.
func (e *Error) fieldErrors() string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(e.Fields)) {
		parts = append(parts, name+": "+strings.TrimRight(clean(strings.Join(e.Fields[name], " ")), ". "))
	}
	return strings.Join(parts, "; ")
}

// UncertainError is a create whose response was lost: the server may or may not have carried it
// out. Look before you send it again.
type UncertainError struct {
	// Processing says that the server may still be working on it: after a time-out, or after a
	// proxy gave up with 502 or 504.
	Processing bool
	// Answered says that the server itself answered with an error status. It has finished, but it
	// may have stored the row before it failed.
	Answered bool
	// Err is what happened to the response. It is nearly always an *Error.
	Err error
}

// Error says that the outcome is not known, and why.
func (e *UncertainError) Error() string {
	return e.Err.Error() + "; it is not certain whether the server carried this out: look before you repeat it"
}

// Unwrap returns what happened to the response.
func (e *UncertainError) Unwrap() error { return e.Err }

// ErrListChanged is the cause of the error that ends a walk through a list whose rows kept moving.
var ErrListChanged = errors.New("the list kept changing while it was read")

// IsNotFound reports whether err is the API's 404: there is no resource with this id.
func IsNotFound(err error) bool { return hasStatus(err, http.StatusNotFound) }

// IsUnauthorized reports whether err is the API's 401: the token is not valid.
func IsUnauthorized(err error) bool { return hasStatus(err, http.StatusUnauthorized) }

// IsForbidden reports whether err is the API's 403: a permission is missing.
func IsForbidden(err error) bool { return hasStatus(err, http.StatusForbidden) }

// IsInvalid reports whether err is the API's 422: it refused the values that were sent.
func IsInvalid(err error) bool { return hasStatus(err, http.StatusUnprocessableEntity) }

// InvalidFields returns what a 422 says of each field that was sent; nil for any other error.
func InvalidFields(err error) map[string][]string {
	var e *Error
	if !IsInvalid(err) || !errors.As(err, &e) {
		return nil
	}
	return e.Fields
}

// IsConflict reports whether err is a 409 or a 422. Some servers answer so when an alert that is to
// be acknowledged or resolved already is.
func IsConflict(err error) bool { return hasStatus(err, http.StatusConflict) || IsInvalid(err) }

// IsQueryRefused reports whether err is a 400 or a 422. Some servers answer so to a search, a
// filter, a sort or a page size that they do not know; others ignore it.
func IsQueryRefused(err error) bool { return hasStatus(err, http.StatusBadRequest) || IsInvalid(err) }

// IsRateLimited reports whether err is the API's 429, after the client has waited for as long as it
// may.
func IsRateLimited(err error) bool { return hasStatus(err, http.StatusTooManyRequests) }

// IsNetwork reports whether err is a network error: no response came.
func IsNetwork(err error) bool { return hasStatus(err, 0) }

// IsBroken reports whether a response came that cannot be used: it was cut short, or it was not
// JSON, as when a proxy answers with a page of its own.
func IsBroken(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.broken
}

// IsRefused reports whether the server refused the request: neither this attempt nor an earlier one
// was carried out.
func IsRefused(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Status >= 300 && e.Status < 500 && !e.Lost
}

// IsRequestFault reports whether err is about this one request, so that others may succeed. It is
// false for the network, the token, the rate limit, and a server that is away.
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

// clean makes a server's text fit for an error message: shortened, on one line, without control
// characters and invisible format characters.
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
