// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"errors"
	"fmt"
	"strings"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// Faults are what is wrong with the items of a batch.
type Faults []string

func (f *Faults) add(step *Step, err error) {
	*f = append(*f, fmt.Sprintf("%s: %s", step.Label(), err))
}

// addInput adds an error that is not one of the API, and reports whether it did.
func (f *Faults) addInput(step *Step, err error) bool {
	if isAPI(err) {
		return false
	}
	f.add(step, err)
	return true
}

func isAPI(err error) bool { return errors.As(err, new(*acsmon.Error)) }

// mostFaults is how many of them a message names.
const mostFaults = 10

func (f *Faults) err() error {
	faults := *f
	if len(faults) == 0 {
		return nil
	}
	more := ""
	if n := len(faults) - mostFaults; n > 0 {
		faults, more = faults[:mostFaults], fmt.Sprintf("; and %d more", n)
	}
	return errors.New(strings.Join(faults, "; ") + more)
}
