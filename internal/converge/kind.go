// SPDX-License-Identifier: GPL-3.0-or-later

// Package converge makes a resource what a user wants it to be: it finds the
// current state, plans the one step that leads to the desired one (create,
// update, delete or keep), and carries the plan out. Check mode is a plan that
// is not carried out. A Batch does it for many resources that refer to each other,
// with one reading of each list.
//
// It knows no resource by name and no HTTP: a Kind says what the fields of a
// resource are, a Store reads and writes it. Its errors and warnings are for the
// users of modules: they name fields by their options, and the options by which a user
// decides what an Item's ResendSecrets and RiskSecrets say (update_password,
// missing_secrets) and how long to wait (max_wait).
package converge

import (
	"cmp"
	"context"
	"iter"
	"strings"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// Store is a collection of the API. acsmon.Collection[acsmon.Fields] is one.
type Store interface {
	List(context.Context, acsmon.Query) iter.Seq2[acsmon.Fields, error]
	Get(context.Context, int64) (acsmon.Fields, error)
	Create(context.Context, acsmon.Fields) (acsmon.Fields, error)
	Update(context.Context, int64, acsmon.Fields) (acsmon.Fields, error)
	Delete(context.Context, int64) error
}

// Kind is what the engine must know of a resource.
type Kind struct {
	Name   string // in messages: "monitor"
	Fields []Field
	// Required names the fields without which none is created.
	Required []string
	// Identity is the field that tells one from the other where no id is given; ""
	// is name.
	Identity string
	// Fixed says that the API can make and remove one, and not change it.
	Fixed bool
}

// Field is one thing that can be set of a resource.
type Field struct {
	// Name is the option's name.
	Name string
	// Send is the key that the API takes; "" where it is Name.
	Send string
	// Read lists where the API may show the value, as keys joined by dots, the
	// likeliest first; empty where it is Send.
	Read []string
	// Compare says how a desired and a current value are held together.
	Compare Comparison
	// Where says which resources a Secret belongs to: those that have in each of these
	// fields one of the values. nil: all.
	Where map[string][]string
}

// Comparison is a way to hold a desired value against the current one. A field
// that the server does not show cannot be compared: a plan warns of it.
type Comparison int

const (
	// Scalar is one value, compared in canonical form.
	Scalar Comparison = iota
	// Quantity is a number or a text. A text may be the number as a database column
	// writes it: 90 comes back as "90.00".
	Quantity
	// Set is a list whose order does not matter.
	Set
	// Merge is an object that is laid over the current one.
	Merge
	// Link is another resource, by id. Desired is a Reference.
	Link
	// Links are several other resources, by id, in any order. Desired is References.
	Links
	// Secret is a value that the server takes and does not give. It is not compared,
	// and is in no result: Item says when it is sent.
	Secret
)

// Reference is a desired link to another resource.
type Reference struct {
	// Text is what the user gave: an id, a name, or "" for none.
	Text string
	// Resolve looks the id up; it is asked only where the row does not show enough.
	Resolve func(context.Context) (int64, error)
	// Renamed says that the names which rows show of the link may be about to
	// change: Resolve is asked in any case.
	Renamed bool
}

// References is a desired set of links to other resources.
type References struct {
	// Texts are what the user gave, each an id or a name.
	Texts []string
	// Resolve looks all ids up; it is asked only where the row does not show enough.
	Resolve func(context.Context) ([]int64, error)
	// Renamed is as in Reference.
	Renamed bool
}

func (f Field) send() string {
	if f.Send != "" {
		return f.Send
	}
	return f.Name
}

// read returns the field's value in a row, and whether the row shows it.
func (f Field) read(row acsmon.Fields) (any, bool) {
	paths := f.Read
	if len(paths) == 0 {
		paths = []string{f.send()}
	}
	for _, path := range paths {
		if v, ok := Dig(row, path); ok {
			return v, true
		}
	}
	return nil, false
}

// Dig follows a path such as "monitor_group.id", and says whether the row shows what
// is there. A null on the way is a null, and so is PHP's empty array.
func Dig(row map[string]any, path string) (any, bool) {
	key, rest, nested := strings.Cut(path, ".")
	v, ok := row[key]
	if !ok || !nested || v == nil {
		return v, ok
	}
	object, ok := asObject(v)
	if !ok || len(object) == 0 {
		return nil, ok
	}
	return Dig(object, rest)
}

// hides lists the fields of these names that a row does not show, and might.
func (k Kind) hides(row acsmon.Fields, names []string) []string {
	var hidden []string
	for _, name := range names {
		f := k.Field(name)
		if _, ok := f.read(row); !ok && f.Compare != Secret {
			hidden = append(hidden, name)
		}
	}
	return hidden
}

// names lists all that can be set.
func (k Kind) names() []string {
	names := make([]string, len(k.Fields))
	for i, f := range k.Fields {
		names[i] = f.Name
	}
	return names
}

// identity is the name of the field that tells one from the other.
func (k Kind) identity() string { return cmp.Or(k.Identity, "name") }

// key is where a row shows its identity.
func (k Kind) key() string { return k.Field(k.identity()).send() }

// Field gives the field of that name; one that is not declared stands under its name.
func (k Kind) Field(name string) Field {
	for _, f := range k.Fields {
		if f.Name == name {
			return f
		}
	}
	return Field{Name: name}
}
