// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"context"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// Form is how the values of a field are compared, sent and shown. A new form is a new type in a
// file of its own. Nothing else asks which form a field has.
type Form interface {
	// compare compares what is desired of a field with a row; nil: there is no row yet.
	compare(ctx context.Context, w wish, row acsmon.Fields) (change, error)
	// sendBack returns what an update sends to leave a shown value alone; nil: nothing is sent.
	sendBack(shown any) any
	// list returns a shown value as an item lists it; nil: an item does not list it.
	list(f Field, shown any, refer referrer) (any, error)
	// exactly returns what an exact item desires, given what it lists; nil: nothing.
	exactly(listed, shown any) any
	// render returns a desired value as a create sends it, without asking the server.
	render(desired any) any
	// spelled returns a text in the one spelling that its equals share.
	spelled(text string) string
	// secret reports whether the server takes a value and does not show it.
	secret() bool
	// kept reports whether each server keeps the value at an update that does not name it.
	kept() bool
}

// wish is what is desired of one field.
type wish struct {
	Field
	value any
	// resolver finds what the field refers to, if anything. The resource is everything that the
	// item desires.
	resolver Resolver
	resource map[string]any
	// resend sends a secret even if its value may be the current one.
	resend bool
}

// change is the result of comparing a wish with a row.
type change struct {
	differs       bool
	send          any            // what the API takes
	before, after any            // what the diff shows
	row           map[string]any // the keys of the row that will show it
	// builtOnReading says that what is sent contains something that the row shows.
	builtOnReading bool
	// writes counts the requests that the change takes beside the write of the resource itself.
	writes int
}

// referrer returns the text of a link to an id.
type referrer func(f Field, id any) (string, error)

// replace is the change to a value that is sent and shown as it is.
func (w wish) replace(value, current any, differs bool) change {
	return change{differs: differs, send: value, before: current, after: value, row: map[string]any{w.key(): value}}
}
