// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// By default, one field tells one resource from another: the Kind's identity. MatchOn may name
// others beside it, or instead of it.

// goesByName reports whether the name is among the fields by which a resource is found.
func (e *Engine) goesByName() bool {
	return len(e.MatchOn) == 0 || slices.Contains(e.MatchOn, e.Kind.identity())
}

// besideName lists the fields other than the name that say which resource is meant.
func (e *Engine) besideName() []string {
	return slices.DeleteFunc(slices.Clone(e.MatchOn), func(name string) bool { return name == e.Kind.identity() })
}

// refuseUnidentified returns an error for an item that does not say which resource it means.
func (e *Engine) refuseUnidentified(item Item) error {
	for _, name := range e.besideName() {
		if _, given := item.Desired[name]; !given {
			return fmt.Errorf(`match_on names %s, which is not given: give %[1]s ("" for none), or leave it out of match_on`, name)
		}
	}
	if item.NewName != "" && !e.goesByName() {
		return fmt.Errorf("new_name renames what %s says, which match_on does not name: give the new name as %[1]s", e.Kind.identity())
	}
	return nil
}

// identityOf says in a message which resource an item means.
func (e *Engine) identityOf(item Item, name string) string {
	var texts []string
	if e.goesByName() {
		texts = append(texts, fmt.Sprintf("%s %q", e.Kind.identity(), name))
	}
	for _, field := range e.besideName() {
		texts = append(texts, fmt.Sprintf("%s %s", field, brief(item.Desired[field])))
	}
	return strings.Join(texts, " and ")
}

// called returns the rows of a name; all of them if resources are not found by their names.
func (e *Engine) called(rows []acsmon.Fields, name string) []acsmon.Fields {
	if !e.goesByName() {
		return rows
	}
	return e.Kind.named(rows, name)
}

// only returns an error if several rows are meant.
func (e *Engine) only(item Item, name string, rows []acsmon.Fields) (acsmon.Fields, error) {
	row, err := only(e.Kind.Name, name, rows)
	var several *AmbiguousError
	if errors.As(err, &several) && len(e.MatchOn) > 0 {
		several.Identity = e.identityOf(item, name)
	}
	return row, err
}

// errUnresolved says that a link cannot be compared without a request.
var errUnresolved = errors.New("not resolved")

// sift returns the rows that match an item in the fields other than the name that say which
// resource is meant. as returns the item as a row shows it. A link is only resolved, and a row only
// read alone, if no row shows everything that is wanted.
func (e *Engine) sift(ctx context.Context, rows []acsmon.Fields, as func(acsmon.Fields) Item) ([]acsmon.Fields, error) {
	if len(e.besideName()) == 0 {
		return rows, nil
	}
	asking := *e
	asking.Resolvers = unresolved(e.Resolvers)
	var matches, open []acsmon.Fields
	for _, row := range rows {
		item := as(row)
		same, err := asking.identifies(ctx, item, row)
		switch {
		case errors.Is(err, errUnresolved), err == nil && same && len(e.Kind.notShown(row, e.besideName())) > 0:
			open = append(open, row)
		case err != nil:
			return nil, err
		case same:
			matches = append(matches, row)
		}
	}
	if len(matches) > 0 {
		return matches, nil
	}
	for _, row := range open {
		now, err := e.complete(ctx, reading{row: row}, e.besideName())
		if err != nil {
			return nil, err
		}
		if hidden := e.Kind.notShown(now.row, e.besideName()); len(hidden) > 0 {
			return nil, fmt.Errorf("the server does not show %s of %s %d, so it is not known whether that is the one which is meant: leave it out of match_on, or give the id",
				strings.Join(hidden, ", "), e.Kind.Name, row.ID())
		}
		if same, err := e.identifies(ctx, as(now.row), now.row); err != nil {
			return nil, err
		} else if same {
			matches = append(matches, now.row)
		}
	}
	return matches, nil
}

// identifies reports whether a row matches an item in the fields other than the name that say which
// resource is meant, as far as the row shows them.
func (e *Engine) identifies(ctx context.Context, item Item, row acsmon.Fields) (bool, error) {
	for _, name := range e.besideName() {
		current, shown := e.Kind.Field(name).valueIn(row)
		if !shown {
			continue
		}
		if empty(canonical(current)) != empty(canonical(item.Desired[name])) {
			return false, nil
		}
		c, err := e.compare(ctx, name, item.Desired, row, false)
		if errors.As(err, new(*NotFoundError)) { // nothing can be linked to what does not exist
			return false, nil
		}
		if err != nil || c.differs {
			return false, err
		}
	}
	return true, nil
}

// unresolved are resolvers that make no requests.
func unresolved(resolvers map[string]Resolver) map[string]Resolver {
	none := map[string]Resolver{}
	for field, resolver := range resolvers {
		none[field] = Resolver{Renamed: resolver.Renamed, Find: func(context.Context, []string, map[string]any) ([]int64, error) {
			return nil, errUnresolved
		}}
	}
	return none
}

// recentKeys are what an item is called among the resources that were just created.
func (e *Engine) recentKeys(item Item) []string {
	if e.goesByName() {
		return item.names()
	}
	return []string{e.recentKey(item.Desired)}
}

// recentKey is what a resource is called among those that were just created.
func (e *Engine) recentKey(desired map[string]any) string {
	if e.goesByName() {
		return fmt.Sprint(desired[e.Kind.identity()])
	}
	var texts []string
	for _, name := range e.besideName() {
		texts = append(texts, fmt.Sprintf("%s=%v", name, canonical(desired[name])))
	}
	return strings.Join(texts, "\x00")
}

// idsOf are the ids of rows.
func idsOf(rows []acsmon.Fields) map[int64]bool {
	ids := map[int64]bool{}
	for _, row := range rows {
		ids[row.ID()] = true
	}
	return ids
}

// identityNames says in a message by what a resource is found.
func (e *Engine) identityNames() string {
	if len(e.MatchOn) == 0 {
		return "name"
	}
	return strings.Join(e.MatchOn, " and ")
}

// keys are texts that are equal for steps that mean the same: one for each name that an item with
// that name has or gets, together with the other fields by which it is found. A link is an id if
// the batch must resolve it anyway.
func (b *Batch) keys(ctx context.Context, step *Step, resolve bool) ([]string, error) {
	rest := ""
	for _, field := range step.Section.besideName() {
		value, err := b.wanted(ctx, step, field, resolve)
		if err != nil {
			return nil, err
		}
		rest += fmt.Sprintf("\x00%v", value)
	}
	switch {
	case !step.Section.goesByName():
		return []string{rest}, nil
	case step.item.ID != 0:
		return []string{b.key(step.Section, step.Name()) + rest}, nil
	}
	var keys []string
	for _, name := range step.item.names() {
		keys = append(keys, b.key(step.Section, name)+rest)
	}
	return keys, nil
}

// wanted is what a field will be: what the item wants, else what the row shows.
func (b *Batch) wanted(ctx context.Context, step *Step, name string, resolve bool) (any, error) {
	f := step.Section.Kind.Field(name)
	value, given := step.item.Desired[name]
	section, isLink := step.Section.Links[name]
	switch {
	case !given && isLink && !resolve:
		return f.LinkName(step.now.row), nil
	case !given:
		value, _ = f.valueIn(step.now.row)
		return canonical(value), nil
	}
	reference, isText := canonical(value).(string)
	if !isLink || !resolve || !isText {
		return canonical(value), nil
	}
	id, err := b.resolve(ctx, section, nil, reference)
	if err != nil && !isAPI(err) { // planning the step says so
		return reference, nil
	}
	return id, err
}

// identityOfRow is a text that is equal for two rows of the same identity; "" if a row does not
// show enough.
func (b *Batch) identityOfRow(s *Section, row acsmon.Fields) string {
	name := b.key(s, row[s.Kind.identityKey()])
	if name == "" || len(s.Kind.notShown(row, s.besideName())) > 0 {
		return ""
	}
	if !s.goesByName() {
		name = " "
	}
	for _, field := range s.besideName() {
		value, _ := s.Kind.Field(field).valueIn(row)
		name += fmt.Sprintf("\x00%v", canonical(value))
	}
	return name
}

// count counts the rows of each identity.
func (b *Batch) count(s *Section) map[string]int {
	counted := map[string]int{}
	for _, row := range s.list.rows {
		counted[b.identityOfRow(s, row)]++
	}
	return counted
}

// giveIdentity adds the fields of the identity that are empty to an item, so that the item can be
// used as input.
func (s *Section) giveIdentity(item map[string]any) {
	for _, field := range s.besideName() {
		if _, given := item[field]; !given {
			item[field] = ""
		}
	}
}
