// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"cmp"
	"fmt"
	"strings"
)

// Step is what happens to one resource.
type Step struct {
	Section *Section
	// Index is that of the item in its section; -1 is a resource that is removed because no item
	// lists it.
	Index int
	Plan  *Plan
	// Tried says whether Apply came to it. Outcome and Err are the result.
	Tried   bool
	Outcome Outcome
	Err     error

	item  Item
	now   reading     // a nil row: it does not exist
	needs []*Step     // creates whose ids it needs
	lost  *lostCreate // nil: its response was not lost, or the result is known
}

// ID is the resource's id; 0 as long as it has none.
func (s *Step) ID() int64 {
	switch {
	case s.Outcome.Resource != nil:
		return s.Outcome.Resource.ID()
	case s.now.row != nil:
		return s.now.row.ID()
	}
	return 0
}

// Name is what the resource is called, as far as is known.
func (s *Step) Name() string {
	if name := s.item.finalName(); name != "" {
		return name
	}
	if name := canonical(s.now.row[s.Section.Kind.identityKey()]); name != nil {
		return fmt.Sprint(name)
	}
	return ""
}

// Title is what the resource is called if others may have its name.
func (s *Step) Title() string {
	var rest []string
	for _, field := range s.Section.besideName() {
		value := canonical(s.item.Desired[field])
		if _, given := s.item.Desired[field]; !given {
			f := s.Section.Kind.Field(field)
			shown, _ := f.valueIn(s.now.row)
			value = cmp.Or(f.LinkName(s.now.row), canonical(shown))
		}
		if value != nil {
			rest = append(rest, fmt.Sprint(value))
		}
	}
	if len(rest) == 0 {
		return s.Name()
	}
	return fmt.Sprintf("%s (%s)", s.Name(), strings.Join(rest, ", "))
}

// Label names the step in messages: monitors[3] ("Web").
func (s *Step) Label() string {
	label := s.Section.Name
	if s.Index >= 0 {
		label += fmt.Sprintf("[%d]", s.Index)
	}
	switch name := s.Name(); {
	case name != "":
		return label + fmt.Sprintf(" (%q)", name)
	case s.item.ID != 0:
		return label + fmt.Sprintf(" (id %d)", s.item.ID)
	}
	return label + fmt.Sprintf(" (id %d)", s.ID())
}
