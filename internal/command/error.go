// SPDX-License-Identifier: GPL-3.0-or-later

package command

import (
	"errors"
	"fmt"
)

// The exit statuses of every command.
const (
	failure    = 1
	wrongUsage = 2
)

// UsageError says that the command line is wrong. Nothing has been done yet.
type UsageError struct{ message string }

// Usagef makes a UsageError. The program adds how to show the usage.
func Usagef(format string, args ...any) error {
	return &UsageError{fmt.Sprintf(format, args...)}
}

// Error says what is wrong.
func (e *UsageError) Error() string { return e.message }

// hinted is an error with a hint, which is printed on a line of its own.
type hinted struct {
	error
	hint string
}

func (e *hinted) Unwrap() error { return e.error }

// Hint adds to an error something to try.
func Hint(err error, hint string) error { return &hinted{err, hint} }

// Exit ends a program with an exit status of the command's own. Nothing is printed, because the
// command has already said everything.
type Exit int

// Error names the status.
func (e Exit) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

func hintOf(err error) string {
	var h *hinted
	if errors.As(err, &h) {
		return h.hint
	}
	return ""
}
