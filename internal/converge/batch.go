// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// Batch converges many resources of several lists at once. It reads each list once, plans
// everything before it writes anything, and makes one request for each change.
type Batch struct {
	// Sections are in the order of their dependencies: each refers only to those before it.
	Sections []*Section
	// Shown returns how the user sees a text of the server. A desired text that is the shown form
	// of the current text means that text. ShownKey does the same for the keys of objects.
	Shown, ShownKey func(string) string
	// MaskIsCurrent makes a mask among the desired values stand for the current value, whatever
	// it is. Such a batch must not be applied.
	MaskIsCurrent bool
	// Progress is called after each step that Apply has tried, with the number of those steps and
	// of all steps; nil: nobody is told.
	Progress func(done, total int)
}

// Section is the part of a batch that is about one list. If it has neither Items nor Within, other
// sections only refer to it.
type Section struct {
	Engine
	Name string // Name is the section's name in messages and results: "monitors".
	// Items are what the user lists.
	Items []Item
	// Links says, by field, in which section a link is looked up. For other fields the Engine's
	// Resolvers look it up.
	Links map[string]*Section
	// Exact makes a listed resource lose what its item does not list: links, members of sets, and
	// keys of an object that is listed. Plain values that are not listed stay, because their
	// defaults are not known.
	Exact bool
	// Within says which resources are removed if no item lists them; nil: none.
	Within *Scope

	// Extras are keys of the API without a field that Gather adds to an item.
	Extras []string

	list *loadedList
}

// Plan reads the lists and plans a step for each item, and for each resource that is removed. The
// steps are in the order in which Apply carries them out. Plan writes nothing. An input error names
// everything that is wrong.
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
	steps, err := b.matchItems(ctx, s, faults)
	if err != nil {
		return nil, err
	}
	if err := b.refuseRepeats(ctx, steps, faults); err != nil || len(*faults) > 0 {
		return nil, err
	}
	unlisted, err := b.unlisted(ctx, s, steps)
	if err != nil {
		return nil, err
	}
	steps = append(steps, unlisted...)
	s.list.predict(b, steps)
	for _, step := range steps {
		if err := b.planStep(ctx, step); err != nil && !faults.addInput(step, err) {
			return nil, fmt.Errorf("%s: %w", step.Label(), err)
		}
	}
	return steps, nil
}

// matchItems makes a step for each item, with the row that it means. It looks once more for what
// the list lacks.
func (b *Batch) matchItems(ctx context.Context, s *Section, faults *Faults) ([]*Step, error) {
	steps := make([]*Step, len(s.Items))
	for i, item := range s.Items {
		steps[i] = &Step{Section: s, Index: i, item: item}
	}
	failed, err := b.matchAll(ctx, steps)
	if err != nil {
		return nil, err
	}
	missing := slices.DeleteFunc(slices.Clone(steps), func(step *Step) bool {
		return step.now.row != nil || failed[step] != nil && step.item.ID == 0
	})
	if len(missing) > 0 {
		found, err := b.lookOnceMore(ctx, s, missing)
		if err != nil {
			return nil, err
		}
		if found {
			s.list.predict(b, nil)
			maps.DeleteFunc(failed, func(step *Step, _ error) bool { return slices.Contains(missing, step) })
			again, err := b.matchAll(ctx, missing)
			if err != nil {
				return nil, err
			}
			maps.Copy(failed, again)
		}
	}
	return slices.DeleteFunc(steps, func(step *Step) bool {
		if err := failed[step]; err != nil {
			faults.add(step, err)
		}
		return failed[step] != nil
	}), nil
}

// matchAll gives each step the row that its item means, and returns the faults of items by step.
// Its error is one of the API.
func (b *Batch) matchAll(ctx context.Context, steps []*Step) (map[*Step]error, error) {
	failed := map[*Step]error{}
	for _, step := range steps {
		row, err := b.match(ctx, step)
		switch {
		case err != nil && isAPI(err):
			return nil, fmt.Errorf("%s: %w", step.Label(), err)
		case err != nil:
			failed[step] = err
		case row != nil:
			step.now = reading{row: row, at: step.Section.list.at}
		default:
			step.now.namesakes = idsOf(step.Section.list.named[b.key(step.Section, step.item.finalName())])
		}
	}
	return failed, nil
}

// planStep plans one step with the ids that are known at this point.
func (b *Batch) planStep(ctx context.Context, step *Step) (err error) {
	s := step.Section
	step.needs = nil
	switch {
	case step.item.Absent:
		if step.Plan, err = b.engineOnList(step).planAbsent(step.now.row); err == nil && step.now.row != nil {
			step.Plan.Before = s.Kind.asShown(step.now.row)
		}
	case step.now.row == nil:
		step.Plan, err = b.engineOnList(step).planNew(ctx, step.item, step.now.namesakes)
	default:
		step.Plan, err = b.planChange(ctx, step, b.engineOnList(step), step.now)
	}
	return err
}

// planChange plans the update of a row as the engine reads it.
func (b *Batch) planChange(ctx context.Context, step *Step, e *Engine, now reading) (*Plan, error) {
	s, item := step.Section, step.item
	names := slices.Collect(maps.Keys(item.Desired))
	if s.Exact {
		names = s.Kind.fieldNames()
	}
	now, err := e.complete(ctx, now, names)
	if err != nil {
		return nil, err
	}
	item = b.meant(s, item, now.row)
	if s.Exact {
		item.Desired = s.Kind.exactly(item, now.row)
	}
	p, err := e.planChange(ctx, item, now)
	if err != nil || p.Action != Update {
		return p, err
	}
	step.now = reading{row: p.Current, whole: true, at: p.read}
	p.again = func(ctx context.Context, now reading) (*Plan, error) {
		return b.planChange(ctx, step, b.engine(step), now)
	}
	return p, nil
}

// key is the form in which the names of a section are compared.
func (b *Batch) key(s *Section, name any) string { return s.Kind.spelled(b.shownName(name)) }

// shownName is a name as people see it.
func (b *Batch) shownName(name any) string {
	if name = canonical(name); name == nil {
		return ""
	}
	return Trim(b.Shown(fmt.Sprint(name)))
}

// exactly adds to the desired values that everything else that can be empty must be empty.
func (k Kind) exactly(item Item, row acsmon.Fields) map[string]any {
	exact := maps.Clone(item.Desired)
	for _, f := range k.Fields {
		shown, isShown := f.valueIn(row)
		if !isShown || slices.Contains(item.Adds, f.Name) {
			continue
		}
		if value := f.form().exactly(item.Desired[f.Name], shown); value != nil {
			exact[f.Name] = value
		}
	}
	return exact
}
