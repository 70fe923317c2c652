// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// faults are what went wrong with some of the things that a task acts on, one
// request each.
type faults struct {
	failed  []string // what failed, each with its error
	first   error
	untried int // how many were left out after a fault that is not one thing's own
}

// add notes the error of one thing, if it is one, and reports whether the run has
// to stop: the fault is not that one's own, so the others would fail too.
func (f *faults) add(what string, err error) (stop bool) {
	if err == nil {
		return false
	}
	if f.first == nil {
		f.first = err
	}
	f.failed = append(f.failed, fmt.Sprintf("%s (%s)", what, err))
	return !ownFault(err)
}

// err is the error that names all that failed, and wraps the first error; nil if
// nothing did.
func (f *faults) err() error {
	if len(f.failed) == 0 {
		return nil
	}
	return &faultsError{f}
}

type faultsError struct{ *faults }

func (e *faultsError) Error() string {
	message := fmt.Sprintf("%d failed: %s", len(e.failed), strings.Join(shortened(e.failed), ", "))
	if e.untried > 0 {
		message += fmt.Sprintf("; %d were not tried after that", e.untried)
	}
	return message
}

func (e *faultsError) Unwrap() error { return e.first }

// ownFault reports whether an error of a request about one thing is that one's own,
// so that the same request about another one may succeed: the server refuses it, or
// fails over it.
func ownFault(err error) bool {
	if !errors.As(err, new(*acsmon.Error)) {
		return true
	}
	return acsmon.IsRequestFault(err) && !acsmon.IsForbidden(err) && !acsmon.IsBroken(err)
}

// mayHaveDone reports whether a request that ended in an error may have been carried
// out all the same, by this run: its response was lost or odd, or the server failed
// after it had stored the change.
func mayHaveDone(err error) bool {
	var api *acsmon.Error
	ok := errors.As(err, &api)
	return !ok || api.Lost || api.Status == 0 || api.Status >= http.StatusInternalServerError || acsmon.IsBroken(err)
}
