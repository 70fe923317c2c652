// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// Item is what a user wants of one resource.
type Item struct {
	// ID says which resource is meant; 0: Name says it.
	ID int64
	// Name is the resource's name, or another identity of the Kind. If there is an ID, it is the
	// name that the resource gets.
	Name string
	// NewName renames the resource Name.
	NewName string
	// Absent means that the resource must not exist.
	Absent bool
	// Desired holds the values that the user gave, by the names of the Kind's fields. Everything
	// else is left alone.
	Desired map[string]any
	// ResendSecrets (update_password: always) always sends the given secrets, which is a change
	// each time. Otherwise they are sent with what must be written anyway.
	ResendSecrets bool
	// Adds names the lists to which the item adds, and keeps what they have.
	Adds []string
	// Replaces names the objects for which the item gives all keys.
	Replaces []string
	// CreateOnly leaves alone what exists.
	CreateOnly bool
	// RiskSecrets (missing_secrets: warn) allows, with a warning, an update that leaves out a
	// secret and may make the server forget it. Otherwise such an update is an error.
	RiskSecrets bool
}

// finalName is what the resource will be called; "": what it is called now.
func (item Item) finalName() string { return cmp.Or(item.NewName, item.Name) }

// names are those by which the item is found.
func (item Item) names() []string {
	if item.NewName == "" {
		return []string{item.Name}
	}
	return []string{item.Name, item.NewName}
}

// desired is what the item wants by field, its identity included.
func (k Kind) desired(item Item) map[string]any {
	desired := map[string]any{}
	maps.Copy(desired, item.Desired)
	for _, name := range item.Adds {
		if value, given := desired[name]; given {
			desired[name] = Edit{Add: Texts(value)}
		}
	}
	if name := item.finalName(); name != "" {
		desired[k.identity()] = name
	}
	return desired
}

// Render returns what is sent to create an item, without asking the server: a link by name stays a
// name, and secrets are not shown.
func (k Kind) Render(item Item) acsmon.Fields {
	sent := acsmon.Fields{}
	if item.ID != 0 {
		sent["id"] = item.ID
	}
	desired := k.desired(item)
	for _, f := range k.Fields {
		if value, given := desired[f.Name]; given {
			sent[f.key()] = f.form().render(value)
		}
	}
	for name, value := range desired {
		if f := k.Field(name); isExtra(name) {
			sent[f.key()] = f.form().render(value)
		}
	}
	return sent
}

// Action is what a plan does.
type Action string

// The four actions of a plan.
const (
	Create Action = "create"
	Update Action = "update"
	Delete Action = "delete"
	Keep   Action = "keep"
)

// Plan is the one step from the current to the desired state.
type Plan struct {
	Action  Action
	Current acsmon.Fields // nil: it does not exist
	// Before and After are the diff: the fields that change, by the names of their options and as
	// far as the user gave them. A resource that is removed is shown whole.
	Before, After map[string]any
	// Predicted is the resource as it will be, as far as that can be known; nil if it is removed.
	Predicted acsmon.Fields
	// Left names the fields that differ and are left alone, because the item says so.
	Left []string
	// NotShown names the fields of the item that the server does not show, so that nobody
	// knows whether they differ.
	NotShown []string
	// Warnings are sentences for the user.
	Warnings []string

	send    acsmon.Fields
	desired map[string]any
	// namesakes are the ids of rows that already had the name before a create, and are something
	// else.
	namesakes map[int64]bool
	// read is when the row was read, and again makes the plan from another reading. builtOnReading
	// says that what is sent contains values of the row.
	read           time.Time
	again          func(context.Context, reading) (*Plan, error)
	builtOnReading bool
	// writes counts the requests that it takes beside the one that writes the resource. apart are
	// the fields that a create writes by those alone.
	writes int
	apart  map[string]bool
}

// Changes reports whether the plan writes anything.
func (p *Plan) Changes() bool { return p.Action != Keep }

// Requests counts the requests that carry the plan out.
func (p *Plan) Requests() int {
	if !p.Changes() {
		return 0
	}
	return 1 + p.writes
}

func (p *Plan) warn(format string, args ...any) {
	p.Warnings = append(p.Warnings, fmt.Sprintf(format, args...))
}
