// SPDX-License-Identifier: MIT

package acsmon

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// broken is the error for a response that came but cannot be used.
func (k *call) broken(resp *http.Response, message string, cause error) *Error {
	return &Error{
		Status: resp.StatusCode, Method: k.request.method, Path: k.request.path,
		Message: k.clean(message), Err: k.withoutTarget(cause), broken: true,
		timeout: timedOut(cause),
	}
}

// clean makes a server's text fit for an error message. Secrets are redacted first: once the text
// is shortened, they may no longer be found.
func (k *call) clean(text string) string { return clean(k.client.redact(text)) }

// refused is the error for a response whose status says that the request was not carried out.
func (k *call) refused(resp *http.Response, body []byte) *Error {
	e := &Error{Status: resp.StatusCode, Method: k.request.method, Path: k.request.path}
	said, ok := complaintIn(body)
	if ok {
		e.Message, e.Fields = k.clean(text(said.Message)), k.fieldErrors(said.Errors)
	}
	switch {
	case e.Message != "":
	case ok && said.stated:
		e.Message = http.StatusText(resp.StatusCode)
	default:
		e.Message = k.whatCame(body)
	}
	e.Reason = k.refusalReason(resp.StatusCode, e.Message, body)
	switch {
	case e.Reason == ReasonRedirect:
		e.Message = k.redirected(resp)
	case resp.StatusCode == http.StatusForbidden:
		e.Permission = k.request.permission
		e.OtherPermission = OtherPermission(k.request.path, k.request.permission)
	case e.Status == http.StatusTooManyRequests:
		e.notProcessed = true
		if e.RetryAt = retryAfter(resp.Header); e.RetryAt.IsZero() {
			e.RetryAt = unixTime(resp.Header.Get("X-RateLimit-Reset"))
		}
	case e.Reason == ReasonUnavailable:
		e.RetryAt = retryAfter(resp.Header)
		e.notProcessed = !e.RetryAt.IsZero() || ok && unavailable(text(said.Message))
	}
	return e
}

// complaint is what Laravel says about a request that it refuses.
type complaint struct {
	Message any  `json:"message"`
	Errors  any  `json:"errors"`
	stated  bool // there is a message, even if it is empty
	row     bool // the message belongs to a resource, which has an id
}

func complaintIn(body []byte) (said complaint, ok bool) {
	var keys map[string]json.RawMessage
	if json.Unmarshal(body, &keys) != nil || keys == nil || json.Unmarshal(body, &said) != nil {
		return complaint{}, false
	}
	_, said.stated = keys["message"]
	_, said.row = keys["id"]
	return said, true
}

// maintained reports whether the body of a successful response says that the server is in
// maintenance mode, which can be configured to answer with any status.
func maintained(body []byte) bool {
	const longest = 200 // {"message": "Service Unavailable"}, with some white space
	if len(body) > longest {
		return false
	}
	said, ok := complaintIn(body)
	return ok && !said.row && maintenance.MatchString(text(said.Message))
}

var maintenance = regexp.MustCompile(`(?i)maintenance|service unavailable|be right back`)

func (k *call) redirected(resp *http.Response) string {
	target := k.client.redact(resp.Header.Get("Location"))
	if u, err := resp.Request.URL.Parse(target); err == nil {
		u.User, u.RawQuery, u.Fragment = nil, "", ""
		target = u.String()
	}
	return fmt.Sprintf("the server redirects to %q, but redirects are not followed", k.clean(target))
}

// unavailable reports whether a message is the framework's own for maintenance mode, which can be
// configured to answer with any status. It comes before the application has seen the request.
func unavailable(message string) bool {
	return strings.EqualFold(strings.TrimSpace(message), "Service Unavailable")
}

// longest is longer than any budget allows. Longer waits are cut to it, so that sums of waits do
// not overflow.
const longest = 10 * 365 * 24 * time.Hour

// retryAfter parses Retry-After, which is a number of seconds or a date. It returns the zero time
// if it is neither.
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

// unixTime parses a Unix time. It returns the zero time if s is none.
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

// fieldErrors parses Laravel's errors object. A value may be a list or a string, and an empty
// object comes as a list. It keeps no more than maxComplaints.
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

// mostLooked is how much of a body is searched for words that describe it.
const mostLooked = 1 << 20

// whatCame describes a body that is not what was expected.
func (k *call) whatCame(body []byte) string {
	trimmed := bytes.TrimSpace(body)
	trimmed = []byte(k.client.redact(string(trimmed[:min(len(trimmed), mostLooked)])))
	switch {
	case len(trimmed) == 0:
		return "an empty response"
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
