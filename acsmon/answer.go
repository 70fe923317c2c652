// SPDX-License-Identifier: MIT

package acsmon

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// broken is an answer that came and cannot be used.
func (k *call) broken(resp *http.Response, message string, cause error) *Error {
	var netErr net.Error
	return &Error{
		Status: resp.StatusCode, Method: k.request.method, Path: k.request.path,
		Message: k.clean(message), Err: cause, broken: true,
		timeout: errors.As(cause, &netErr) && netErr.Timeout(),
	}
}

// clean makes a server's text fit for an error message. Secrets go first: a cut or another
// spelling would hide them from who looks for them later.
func (k *call) clean(text string) string { return clean(k.client.redact(text)) }

// refused is an answer whose status says that the request was not carried out.
func (k *call) refused(resp *http.Response, body []byte) *Error {
	e := &Error{Status: resp.StatusCode, Method: k.request.method, Path: k.request.path}
	var answer struct {
		Message any `json:"message"`
		Errors  any `json:"errors"`
	}
	if json.Unmarshal(body, &answer) == nil {
		e.Message = k.clean(text(answer.Message))
		e.Fields = k.fieldErrors(answer.Errors)
	}
	if e.Message == "" {
		e.Message = k.whatCame(body)
	}
	e.Reason = k.refusalReason(resp.StatusCode, e.Message, body)
	switch {
	case resp.StatusCode < 400:
		e.Message = k.redirected(resp)
	case resp.StatusCode == http.StatusForbidden:
		e.Permission = k.request.permission
	case resp.StatusCode == http.StatusTooManyRequests:
		if e.RetryAt = retryAfter(resp.Header); e.RetryAt.IsZero() {
			e.RetryAt = unixTime(resp.Header.Get("X-RateLimit-Reset"))
		}
	case resp.StatusCode == http.StatusServiceUnavailable:
		e.RetryAt = retryAfter(resp.Header)
		e.maintenance = maintenance.Match(body)
	}
	return e
}

func (k *call) redirected(resp *http.Response) string {
	target := k.client.redact(resp.Header.Get("Location"))
	if u, err := resp.Request.URL.Parse(target); err == nil {
		u.User, u.RawQuery, u.Fragment = nil, "", ""
		target = u.String()
	}
	return fmt.Sprintf("the server redirects to %q, and no redirect is followed", clean(target))
}

// maintenance recognises Laravel's maintenance mode, which answers 503 with or
// without Retry-After, as JSON or as an HTML page.
var maintenance = regexp.MustCompile(`(?i)maintenance|service unavailable|be right back`)

// longest is a wait that no budget allows; what asks for a longer one is taken
// for this, so that sums of waits do not overflow.
const longest = 10 * 365 * 24 * time.Hour

// retryAfter reads Retry-After, which is seconds or a date; zero if it is neither.
func retryAfter(header http.Header) time.Time {
	after := strings.TrimSpace(header.Get("Retry-After"))
	if seconds, err := strconv.ParseFloat(after, 64); err == nil && seconds >= 0 {
		return time.Now().Add(time.Duration(min(seconds, longest.Seconds()) * float64(time.Second)))
	}
	date, err := http.ParseTime(after)
	if err != nil {
		return time.Time{}
	}
	return atMost(date)
}

// unixTime reads a Unix time; zero if it is none.
func unixTime(s string) time.Time {
	unix, err := strconv.ParseInt(s, 10, 64)
	if err != nil || unix <= 0 {
		return time.Time{}
	}
	return atMost(time.Unix(min(unix, math.MaxInt32*100), 0))
}

func atMost(t time.Time) time.Time {
	if latest := time.Now().Add(longest); t.After(latest) {
		return latest
	}
	return t
}

// fieldErrors reads Laravel's errors object; values may be lists or strings, and
// an empty one comes as a list. More than maxComplaints are not kept.
func (k *call) fieldErrors(v any) map[string][]string {
	object, _ := v.(map[string]any)
	if len(object) == 0 {
		return nil
	}
	fields := map[string][]string{}
	for _, name := range slices.Sorted(maps.Keys(object))[:min(len(object), maxComplaints)] {
		list, ok := object[name].([]any)
		if !ok {
			list = []any{object[name]}
		}
		for _, complaint := range list[:min(len(list), maxComplaints)] {
			fields[k.clean(name)] = append(fields[k.clean(name)], k.clean(text(complaint)))
		}
	}
	return fields
}

const maxComplaints = 20

func text(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	}
	return fmt.Sprint(v)
}

var htmlTitle = regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title>`)

func isPage(body []byte) bool { return bytes.HasPrefix(bytes.TrimSpace(body), []byte("<")) }

// mostLooked is how much of a body is looked at to describe it.
const mostLooked = 1 << 20

// whatCame describes a body that is not what was asked for.
func (k *call) whatCame(body []byte) string {
	trimmed := bytes.TrimSpace(body)
	trimmed = []byte(k.client.redact(string(trimmed[:min(len(trimmed), mostLooked)])))
	switch {
	case len(trimmed) == 0:
		return "an empty answer"
	case isPage(trimmed):
		if title := htmlTitle.FindSubmatch(trimmed); title != nil {
			return fmt.Sprintf("an HTML page titled %q", clean(string(title[1])))
		}
		return "an HTML page"
	case len(trimmed) > 80:
		return fmt.Sprintf("%q…", clean(string(trimmed[:80])))
	}
	return fmt.Sprintf("%q", clean(string(trimmed)))
}
