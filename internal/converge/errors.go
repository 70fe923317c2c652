// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"fmt"
	"strings"
)

// NotFoundError says that no resource of that name, or if there is none of that id,
// exists.
type NotFoundError struct {
	Kind, Name string
	ID         int64
}

func (e *NotFoundError) Error() string {
	if e.Name == "" {
		return fmt.Sprintf("there is no %s with id %d: check the id", e.Kind, e.ID)
	}
	return fmt.Sprintf("there is no %s %q: check the name, or use its id", e.Kind, e.Name)
}

// AmbiguousError says that a name means several resources.
type AmbiguousError struct {
	Kind, Name string
	IDs        []int64
}

func (e *AmbiguousError) Error() string {
	return fmt.Sprintf("the name %q means more than one %s (ids %s): use the id to say which is meant",
		e.Name, e.Kind, strings.ReplaceAll(strings.Trim(fmt.Sprint(e.IDs), "[]"), " ", ", "))
}

// VanishedError says that a resource was there and is not any more.
type VanishedError struct {
	Kind string
	ID   int64
}

func (e *VanishedError) Error() string {
	return fmt.Sprintf("%s %d was deleted by someone else while this ran: run the task again", e.Kind, e.ID)
}
