// SPDX-License-Identifier: GPL-3.0-or-later

// Package converge makes a resource what a user wants it to be: it finds the
// current state, plans the one step that leads to the desired one (create,
// update, delete or keep), and carries the plan out. Check mode is a plan that
// is not carried out. A Batch does it for many resources that refer to each other,
// with one reading of each list.
//
// It knows no resource by name and no HTTP: a Kind says what the fields of a
// resource are, a Form how the values of a field behave, a Store reads and writes.
// Its errors and warnings are for the users of modules: they name fields by their
// options, and the options by which a user decides what an Item's ResendSecrets and
// RiskSecrets say (update_password, missing_secrets) and how long to wait (max_wait).
package converge

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// Store is a list of the API. acsmon.Collection[acsmon.Fields] is one.
type Store interface {
	List(context.Context, acsmon.Query) iter.Seq2[acsmon.Fields, error]
	Get(context.Context, int64) (acsmon.Fields, error)
	Create(context.Context, acsmon.Fields) (acsmon.Fields, error)
	Update(context.Context, int64, acsmon.Fields) (acsmon.Fields, error)
	Delete(context.Context, int64) error
}

// AgeOf returns how old the rows may be that a Store's list returns. A Store that shares rows
// between runs has a method Age.
func AgeOf(store Store) time.Duration {
	if aged, ok := store.(interface{ Age() time.Duration }); ok {
		return aged.Age()
	}
	return 0
}

// Completer is a Store that may know the whole list.
type Completer interface {
	// Complete reports whether a search finds every row.
	Complete(context.Context) (bool, error)
}

// Kind is what the engine must know of a resource.
type Kind struct {
	Name   string // in messages: "monitor"
	Module string // the module that makes one, in messages; "": none does
	Fields []Field
	// Required names the fields without which a resource cannot be created.
	Required []string
	// Identity is the field that tells one resource from another if no id is given; "" is name.
	Identity string
	// Searched lists the fields beside the name in which the server's search looks.
	Searched []string
	// Fixed says that the API can create and delete the resource, but not change it.
	Fixed bool
	// Replaced says that the API cannot change the resource: an update creates it anew and removes
	// the old one, so it sends nothing of the row.
	Replaced bool
	// Given says that the API can change the resource, but neither create nor delete it.
	Given bool
	// Measured lists the keys of a row that change by themselves. Keys that end in _at are times,
	// which also change, and need not be listed.
	Measured []string
}

// Field is one thing that can be set of a resource.
type Field struct {
	// Name is the name of its option.
	Name string
	// Send is the key that the API takes; "" means Name.
	Send string
	// Read lists where the API may show the value, as keys joined by dots, the likeliest first;
	// empty means Send.
	Read []string
	// Form is how its values are compared, sent and shown; nil is Scalar. A field that the server
	// does not show cannot be compared: a plan warns about it.
	Form Form
	// Where says which resources may have a Secret: those in which each of these fields has one of
	// these values. nil: all.
	Where map[string][]string
	// New is what a new resource has in the field if a create does not say; nil: that is not known.
	// Check mode relies on it, and nothing else.
	New any
}

// Secret reports whether the server takes the field's value and does not show it.
func (f Field) Secret() bool { return f.form().secret() }

func (f Field) form() Form {
	if f.Form == nil {
		return Scalar
	}
	return f.Form
}

// key is the key that the API takes.
func (f Field) key() string { return cmp.Or(f.Send, f.Name) }

// Paths are where a row may show the field.
func (f Field) Paths() []string {
	if len(f.Read) == 0 {
		return []string{f.key()}
	}
	return f.Read
}

// valueIn returns the field's value in a row, and whether the row shows it.
func (f Field) valueIn(row acsmon.Fields) (any, bool) {
	for _, path := range f.Paths() {
		if v, ok := Dig(row, path); ok {
			return v, true
		}
	}
	return nil, false
}

// Dig follows a path such as "monitor_group.id", and reports whether the row shows what is there. A
// null on the path counts as null, and so does PHP's empty array.
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

// notShown lists the fields of these names that a row does not show, although it could.
func (k Kind) notShown(row acsmon.Fields, names []string) []string {
	var missing []string
	for _, name := range names {
		f := k.Field(name)
		if _, ok := f.valueIn(row); !ok && !f.Secret() {
			missing = append(missing, name)
		}
	}
	return missing
}

// fieldNames lists everything that can be set.
func (k Kind) fieldNames() []string {
	names := make([]string, len(k.Fields))
	for i, f := range k.Fields {
		names[i] = f.Name
	}
	return names
}

// sentBack lists the fields that an update sends back, because the server may reset what it does
// not name.
func (k Kind) sentBack() []string {
	return slices.DeleteFunc(k.fieldNames(), func(name string) bool { return k.Field(name).form().kept() })
}

// identity is the name of the field that tells one resource from another.
func (k Kind) identity() string { return cmp.Or(k.Identity, "name") }

// identityKey is the key under which a row shows its identity.
func (k Kind) identityKey() string { return k.Field(k.identity()).key() }

// spelled returns a name in the one spelling in which names are compared.
func (k Kind) spelled(name string) string { return k.Field(k.identity()).form().spelled(name) }

// Field returns the field of that name. A field that is not declared has its name as its key.
func (k Kind) Field(name string) Field {
	if key, undeclared := strings.CutPrefix(name, extraPrefix); undeclared {
		return Field{Name: name, Send: key, Form: extra{}}
	}
	for _, f := range k.Fields {
		if f.Name == name {
			return f
		}
	}
	return Field{Name: name}
}
