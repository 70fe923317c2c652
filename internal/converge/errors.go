// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// NotFoundError says that no resource of that name exists or, if the text is an id, none of that
// id.
type NotFoundError struct {
	Kind, Name string
	ID         int64
	// Module is the module that makes one, if it may be what the user forgot; "": it may not.
	Module string
}

func (e *NotFoundError) Error() string {
	if e.Name == "" {
		return fmt.Sprintf("there is no %s with id %d: check the id", e.Kind, e.ID)
	}
	if e.Module != "" {
		return fmt.Sprintf("there is no %s %q: create it first, with %s, or check the name", e.Kind, e.Name, e.Module)
	}
	return fmt.Sprintf("there is no %s %q: check the name, or use its id", e.Kind, e.Name)
}

// MadeBy says in a NotFoundError which module makes what is not there.
func MadeBy(err error, module string) error {
	var missing *NotFoundError
	if errors.As(err, &missing) {
		missing.Module = module
	}
	return err
}

// AmbiguousError says that a name means several resources.
type AmbiguousError struct {
	Kind, Name string
	IDs        []int64
	// Identity says what means several resources, if that is more than a name.
	Identity string
	// New is how many of them have yet to be created.
	New int
	// Twins says that they were created within minutes of each other.
	Twins bool
}

func (e *AmbiguousError) Error() string {
	ids := strings.ReplaceAll(strings.Trim(fmt.Sprint(e.IDs), "[]"), " ", ", ")
	switch {
	case e.New > 0:
		return fmt.Sprintf("the name %q means more than one %s, and %d of them are yet to be created: refer to it by its id, in a task after the one that creates it", e.Name, e.Kind, e.New)
	case e.Identity != "":
		return fmt.Sprintf("more than one %s has %s (ids %s): use the id to say which is meant", e.Kind, e.Identity, ids)
	}
	if e.Twins {
		return fmt.Sprintf("the name %q means more than one %s (ids %s), and they were created within minutes of each other, as by two controllers at once: delete those that nobody needs, or use the id to say which is meant",
			e.Name, e.Kind, ids)
	}
	return fmt.Sprintf("the name %q means more than one %s (ids %s): use the id to say which is meant", e.Name, e.Kind, ids)
}

// ambiguous is the error for a name that these rows have.
func ambiguous(kind, name string, rows []acsmon.Fields) error {
	e := &AmbiguousError{Kind: kind, Name: name}
	var first, last time.Time
	dated := len(rows) > 1
	for _, row := range rows {
		e.IDs = append(e.IDs, row.ID())
		at, err := time.Parse(time.RFC3339, fmt.Sprint(row["created_at"]))
		dated = dated && err == nil
		if first.IsZero() || at.Before(first) {
			first = at
		}
		if at.After(last) {
			last = at
		}
	}
	slices.Sort(e.IDs)
	e.Twins = dated && last.Sub(first) <= 5*time.Minute
	return e
}

// VanishedError says that a resource existed and no longer does.
type VanishedError struct {
	Kind string
	ID   int64
}

func (e *VanishedError) Error() string {
	return fmt.Sprintf("%s %d was deleted by someone else while this ran: run the task again", e.Kind, e.ID)
}
