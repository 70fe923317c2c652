// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// faults are what went wrong with some of the resources on which a task acts with one request each.
type faults struct {
	failed  []string // what failed, each with its error
	first   error
	untried int // how many were left out after a fault that is not about one resource
}

// add records the error about one resource, if there is one. It reports whether the run must stop,
// because the fault is not about this one and the others would fail too.
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

// err is the error that names everything that failed, and wraps the first error; nil if nothing
// did.
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

// ownFault reports whether the error of a request is about that one resource, so that the same
// request about another may succeed: the server refuses it, or fails because of it.
func ownFault(err error) bool {
	if !errors.As(err, new(*acsmon.Error)) {
		return true
	}
	return acsmon.IsRequestFault(err) && !acsmon.IsForbidden(err) && !acsmon.IsBroken(err)
}

// mayHaveDone reports whether this run may have carried out a request that ended in an error: its
// response was lost or odd, or the server failed after it had stored the change.
func mayHaveDone(err error) bool {
	var api *acsmon.Error
	ok := errors.As(err, &api)
	return !ok || api.Lost || api.Status == 0 || api.Status >= http.StatusInternalServerError || acsmon.IsBroken(err)
}
