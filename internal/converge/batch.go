// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/untrusted"
)

// Batch converges many resources of several collections at once. Each list is
// read once, everything is planned before anything is written, and each change
// is one request.
type Batch struct {
	// Sections come in the order of their dependencies: each refers to those before it.
	Sections []*Section
	// Shown is how the user sees a text of the server's. A desired text that is how
	// the current one is shown means that one. ShownKey is the same for keys of objects.
	Shown, ShownKey func(string) string
}

// Section is one collection's part of a batch. One without Items and Within is
// there to be referred to.
type Section struct {
	Engine
	Name string // in messages and results: "monitors"
	// Items are what the user lists.
	Items []Item
	// Links says to which section each field that is a link leads, which then looks
	// it up.
	Links map[string]*Section
	// Exact has a listed resource lose what its item does not list: links, members
	// of sets, and keys of an object that is listed. Plain values that are not listed
	// stay, for what they were by default is not known.
	Exact bool
	// Within says which resources go if no item lists them; nil: none.
	Within *Scope

	list *listing
}

// Scope is a part of a section.
type Scope struct {
	// Prefix is how the name begins.
	Prefix string
	// Has holds what each of these fields must be: a link to it, or a set with it.
	Has map[string]string
}

// Step is what becomes of one resource.
type Step struct {
	Section *Section
	// Index is the item's in its section; -1 is a resource that goes because no
	// item lists it.
	Index int
	Plan  *Plan
	// Tried says whether Apply came to it. Outcome and Err are what that came to.
	Tried   bool
	Outcome Outcome
	Err     error

	item  Item
	row   acsmon.Fields // nil: there is none
	whole bool          // row was read by itself
	needs []*Step       // creates whose ids it needs
}

// ID is the resource's id, 0 while it has none.
func (s *Step) ID() int64 {
	switch {
	case s.Outcome.Resource != nil:
		return s.Outcome.Resource.ID()
	case s.row != nil:
		return s.row.ID()
	}
	return 0
}

// Name is what the resource is called, as far as is known.
func (s *Step) Name() string {
	if name := s.item.finalName(); name != "" {
		return name
	}
	if name := canonical(s.row[s.Section.Kind.key()]); name != nil {
		return fmt.Sprint(name)
	}
	return ""
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

// Plan reads the lists that are involved and plans a step for each item, and for
// each resource that goes. The steps are in the order in which Apply carries them
// out. It writes nothing. An error of the input names all that is wrong.
func (b *Batch) Plan(ctx context.Context) ([]*Step, error) {
	var steps, removals []*Step
	faults := &Faults{}
	for _, s := range b.Sections {
		if len(s.Items) == 0 && s.Within == nil {
			continue
		}
		if err := b.load(ctx, s); err != nil {
			return nil, err
		}
		planned, err := b.planSection(ctx, s, faults)
		if err != nil {
			return nil, err
		}
		for _, step := range planned {
			if step.item.Absent {
				removals = append(removals, step)
			} else {
				steps = append(steps, step)
			}
		}
	}
	slices.Reverse(removals)
	return append(steps, removals...), faults.err()
}

func (b *Batch) planSection(ctx context.Context, s *Section, faults *Faults) ([]*Step, error) {
	var steps []*Step
	for i, item := range s.Items {
		step := &Step{Section: s, Index: i, item: item}
		var err error
		if step.row, err = b.match(s, item); err != nil {
			faults.add(step, err)
			continue
		}
		steps = append(steps, step)
	}
	b.refuseRepeats(steps, faults)
	if len(*faults) > 0 {
		return nil, nil
	}
	leaving, err := b.leaving(ctx, s, steps)
	if err != nil {
		return nil, err
	}
	steps = append(steps, leaving...)
	s.list.settle(b, steps)
	for _, step := range steps {
		if err := b.planStep(ctx, step); err != nil && !faults.addInput(step, err) {
			return nil, fmt.Errorf("%s: %w", step.Label(), err)
		}
	}
	return steps, nil
}

// match finds the row that an item means; nil if there is none.
func (b *Batch) match(s *Section, item Item) (acsmon.Fields, error) {
	if item.ID != 0 {
		row := s.list.byID[item.ID]
		if row == nil && !item.Absent {
			return nil, &NotFoundError{Kind: s.Kind.Name, ID: item.ID}
		}
		return row, nil
	}
	old := s.list.named[b.key(item.Name)]
	if item.NewName == "" {
		return only(s.Kind.Name, item.Name, old)
	}
	return s.renamed(item, old, s.list.named[b.key(item.NewName)])
}

// refuseRepeats finds items that mean the same resource, now or in the next run: of
// two that are found by name none may have a name that the other one has, had or
// gets.
func (b *Batch) refuseRepeats(steps []*Step, faults *Faults) {
	rows, names := map[int64]*Step{}, map[string]*Step{}
	for _, step := range steps {
		if id := step.ID(); id != 0 {
			if first := rows[id]; first != nil {
				faults.add(step, fmt.Errorf("%s means the same %s, id %d: list it once", first.Label(), step.Section.Kind.Name, id))
				continue
			}
			rows[id] = step
		}
		if step.item.ID != 0 {
			continue
		}
		for _, name := range step.item.names() {
			if first := names[b.key(name)]; first != nil {
				faults.add(step, fmt.Errorf("%s has or had the same name: list it once, or give ids", first.Label()))
			}
			names[b.key(name)] = step
		}
	}
	for _, step := range steps {
		name := b.key(step.item.finalName())
		if first := names[name]; step.item.ID != 0 && !step.item.Absent && first != nil && rows[step.ID()] == step {
			faults.add(step, fmt.Errorf("%s has or had the same name: give them different names", first.Label()))
		}
	}
}

// names are those by which the item is found.
func (item Item) names() []string {
	if item.NewName == "" {
		return []string{item.Name}
	}
	return []string{item.Name, item.NewName}
}

// leaving gives a step for each row in the section's scope that no item means.
func (b *Batch) leaving(ctx context.Context, s *Section, listed []*Step) ([]*Step, error) {
	if s.Within == nil {
		return nil, nil
	}
	kept := map[int64]bool{}
	for _, step := range listed {
		kept[step.ID()] = true
	}
	var steps []*Step
	for _, row := range s.list.rows {
		if kept[row.ID()] {
			continue
		}
		in, err := b.within(ctx, s, row)
		if err != nil {
			return nil, fmt.Errorf("the scope: %w", err)
		}
		if in {
			steps = append(steps, &Step{Section: s, Index: -1, row: row, item: Item{Absent: true}})
		}
	}
	return steps, nil
}

func (b *Batch) within(ctx context.Context, s *Section, row acsmon.Fields) (bool, error) {
	name, _ := canonical(row[s.Kind.key()]).(string)
	if !strings.HasPrefix(name, s.Within.Prefix) {
		return false, nil
	}
	now, err := s.reader().complete(ctx, reading{row, false}, slices.Collect(maps.Keys(s.Within.Has)))
	if err != nil {
		return false, err
	}
	for field, want := range s.Within.Has {
		f := s.Kind.Field(field)
		current, shown := f.read(now.row)
		if !shown {
			return false, fmt.Errorf("the server does not show %s of %s %d, so it is not known what belongs to it: use another", field, s.Kind.Name, row.ID())
		}
		if f.Compare == Set {
			if !slices.Contains(Texts(current), want) {
				return false, nil
			}
			continue
		}
		id, err := b.resolve(ctx, s.Links[field], nil, want)
		if err != nil || !same(id, current) {
			return false, err
		}
	}
	return true, nil
}

// planStep plans one step, with the ids that are known now.
func (b *Batch) planStep(ctx context.Context, step *Step) (err error) {
	s := step.Section
	step.needs = nil
	switch {
	case step.item.Absent:
		step.Plan = planAbsent(step.row)
		if step.row != nil {
			step.Plan.Before = s.asShown(step.row)
		}
	case step.row == nil:
		step.Plan, err = s.planNew(ctx, b.bound(step, step.item))
	default:
		err = b.planChange(ctx, step)
	}
	return err
}

func (b *Batch) planChange(ctx context.Context, step *Step) error {
	s, item := step.Section, b.bound(step, step.item)
	e := s.reader()
	names := slices.Collect(maps.Keys(item.Desired))
	if s.Exact {
		names = s.Kind.names()
	}
	now, err := e.complete(ctx, reading{step.row, step.whole}, names)
	if err != nil {
		return err
	}
	item = b.meant(s, item, now.row)
	if s.Exact {
		item.Desired = b.exactly(step, item.Desired, now.row)
	}
	if step.Plan, err = e.planUpdate(ctx, item, now); err != nil {
		return err
	}
	if step.Plan.Action == Update {
		step.row, step.whole = step.Plan.Current, true
	}
	return nil
}

// bound gives an item's links what looks them up.
func (b *Batch) bound(step *Step, item Item) Item {
	item.Desired = maps.Clone(item.Desired)
	for name, desired := range item.Desired {
		section := step.Section.Links[name]
		if section == nil {
			continue
		}
		switch want := desired.(type) {
		case Reference:
			item.Desired[name] = b.reference(step, section, want.Text)
		case References:
			item.Desired[name] = b.references(step, section, want.Texts)
		}
	}
	return item
}

func (b *Batch) reference(step *Step, section *Section, text string) Reference {
	return Reference{Text: text, Renamed: section.changes(), Resolve: func(ctx context.Context) (int64, error) {
		return b.resolve(ctx, section, step, text)
	}}
}

func (b *Batch) references(step *Step, section *Section, texts []string) References {
	return References{Texts: texts, Renamed: section.changes(), Resolve: func(ctx context.Context) ([]int64, error) {
		ids := make([]int64, len(texts))
		for i, text := range texts {
			var err error
			if ids[i], err = b.resolve(ctx, section, step, text); err != nil {
				return nil, err
			}
		}
		return ids, nil
	}}
}

// changes says whether the batch may change the section: if not, what other rows
// show of it is as good as its own list.
func (s *Section) changes() bool { return s != nil && (len(s.Items) > 0 || s.Within != nil) }

// resolve gives the id that a reference means once the batch is applied. What is
// yet to be created has a negative one until then, and step is noted to need it.
func (b *Batch) resolve(ctx context.Context, s *Section, step *Step, text string) (int64, error) {
	if err := b.load(ctx, s); err != nil {
		return 0, err
	}
	if id, ok := ParseID(text); ok {
		if s.list.byID[id] == nil || s.list.gone[id] {
			return 0, &NotFoundError{Kind: s.Kind.Name, ID: id}
		}
		return id, nil
	}
	found := s.list.targets[b.key(text)]
	switch len(found) {
	case 0:
		return 0, &NotFoundError{Kind: s.Kind.Name, Name: text}
	case 1:
	default:
		ambiguous := &AmbiguousError{Kind: s.Kind.Name, Name: text}
		for _, t := range found {
			ambiguous.IDs = append(ambiguous.IDs, t.id)
		}
		return 0, ambiguous
	}
	create := found[0].create
	if create == nil {
		return found[0].id, nil
	}
	if step != nil {
		step.needs = append(step.needs, create)
	}
	return cmp.Or(create.ID(), -int64(create.Index)-1), nil
}

// key is the form in which names are found.
func (b *Batch) key(name any) string {
	if name = canonical(name); name == nil {
		return ""
	}
	return Trim(b.Shown(fmt.Sprint(name)))
}

// meant puts the current texts in place of those that are how they are shown.
func (b *Batch) meant(s *Section, item Item, row acsmon.Fields) Item {
	if name := row[s.Kind.key()]; item.Name != "" && item.NewName == "" && b.key(item.Name) == b.key(name) {
		item.Name = fmt.Sprint(name)
	}
	desired := maps.Clone(item.Desired)
	for name, value := range desired {
		current, _ := s.Kind.Field(name).read(row)
		desired[name] = b.restored(value, current)
	}
	item.Desired = desired
	return item
}

func (b *Batch) restored(desired, current any) any {
	switch desired := desired.(type) {
	case string:
		if text, ok := current.(string); ok && b.Shown(text) == desired {
			return text
		}
	case map[string]any:
		object, _ := asObject(current)
		restored := make(map[string]any, len(desired))
		for key, value := range desired {
			key = b.restoredKey(key, desired, object)
			restored[key] = b.restored(value, object[key])
		}
		return restored
	case []any:
		now, _ := current.([]any)
		restored := make([]any, len(desired))
		for i, value := range desired {
			restored[i] = b.restored(value, b.counterpart(value, now, i))
		}
		return restored
	}
	return desired
}

func (b *Batch) restoredKey(key string, desired, current map[string]any) string {
	if _, there := current[key]; there {
		return key
	}
	for now := range current {
		if _, taken := desired[now]; !taken && b.ShownKey(now) == key {
			return now
		}
	}
	return key
}

// counterpart finds what an element of a list is in the current list: a text
// anywhere, for many lists have no order, anything else at its place.
func (b *Batch) counterpart(value any, now []any, i int) any {
	text, isText := value.(string)
	switch {
	case !isText && i < len(now):
		return now[i]
	case !isText || slices.Contains(now, value):
		return value
	}
	for _, other := range now {
		if other, ok := other.(string); ok && b.Shown(other) == text {
			return other
		}
	}
	return nil
}

// exactly adds to what is desired that all else which can be empty is to be so.
func (b *Batch) exactly(step *Step, desired map[string]any, row acsmon.Fields) map[string]any {
	exact := maps.Clone(desired)
	for _, f := range step.Section.Kind.Fields {
		value, listed := desired[f.Name]
		current, shown := f.read(row)
		switch {
		case !shown:
		case listed && f.Compare == Merge:
			exact[f.Name] = emptied(value, current)
		case listed:
		case f.Compare == Set:
			exact[f.Name] = []any{}
		case f.Compare == Link:
			exact[f.Name] = b.reference(step, step.Section.Links[f.Name], "")
		case f.Compare == Links:
			exact[f.Name] = b.references(step, step.Section.Links[f.Name], nil)
		}
	}
	return exact
}

// emptied adds to a desired object a null for each current key that it lacks.
func emptied(desired, current any) any {
	object, isObject := asObject(desired)
	now, _ := asObject(current)
	if !isObject {
		return desired
	}
	exact := maps.Clone(object)
	for key, value := range now {
		if wish, listed := object[key]; listed {
			exact[key] = nested(wish, value)
		} else if !untrusted.IsMask(value) { // which a gathered item does not have
			exact[key] = nil
		}
	}
	return exact
}

func nested(desired, current any) any {
	if _, isObject := desired.(map[string]any); isObject {
		return emptied(desired, current)
	}
	return desired
}

// Faults are what is wrong with the items of a batch.
type Faults []string

func (f *Faults) add(step *Step, err error) {
	*f = append(*f, fmt.Sprintf("%s: %s", step.Label(), err))
}

// addInput takes an error that is not one of the API.
func (f *Faults) addInput(step *Step, err error) bool {
	var api *acsmon.Error
	if errors.As(err, &api) {
		return false
	}
	f.add(step, err)
	return true
}

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
