// SPDX-License-Identifier: GPL-3.0-or-later

package doctor

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// Result is the outcome of a check.
type Result string

// The values of a Result.
const (
	OK      Result = "ok"
	Warning Result = "warning"
	Failure Result = "failure"
)

// Check is one line: what was looked at, what was found, and what to do about it.
type Check struct {
	Name   string
	Result Result
	Advice string // a text of our own; "" if there is nothing to do

	format string
	args   []any
}

// own is a text from our sources, which holds nothing private.
type own string

// hidden is a value of which a report shows only the kind.
type hidden struct {
	value any
	kind  string
}

// String gives the value.
func (h hidden) String() string { return fmt.Sprint(h.value) }

// Text says what was found, as the user may see it.
func (c Check) Text() string { return fmt.Sprintf(c.format, c.args...) }

// Public says what was found, with each value that could be private replaced by its kind. A text is
// private unless it is known to be our own.
func (c Check) Public() string {
	args := make([]any, len(c.args))
	for i, arg := range c.args {
		switch arg := arg.(type) {
		case own, int, int64, float64, bool, time.Duration:
			args[i] = arg
		case hidden:
			args[i] = "<" + arg.kind + ">"
		default:
			args[i] = "<text>"
		}
	}
	return fmt.Sprintf(c.format, args...)
}

// number is an id within a path.
var number = regexp.MustCompile(`\d+`)

// faultOf makes a value of an error. A report shows which request failed and how, but nothing that
// the server wrote.
func faultOf(err error) hidden {
	var e *acsmon.Error
	if !errors.As(err, &e) {
		return hidden{err, "error"}
	}
	request := e.Method + " " + number.ReplaceAllString(e.Path, "ID")
	if e.Status == 0 {
		return hidden{err, request + " failed"}
	}
	return hidden{err, fmt.Sprintf("%s answered %d", request, e.Status)}
}

// apiKey is what a key of the API looks like. Anything else could be somebody's text.
var apiKey = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

// keyList makes a text of keys of the API.
func keyList(keys []string) own {
	shown := make([]string, len(keys))
	for i, key := range keys {
		if shown[i] = key; !apiKey.MatchString(key) {
			shown[i] = "<key>"
		}
	}
	return own(strings.Join(shown, ", "))
}
