// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// Item is what a user wants of one resource.
type Item struct {
	// ID says which resource is meant; 0: Name does.
	ID int64
	// Name is its name, or what else is the Kind's identity. With an ID it is the name
	// that it gets.
	Name string
	// NewName renames the resource Name.
	NewName string
	// Absent wants it gone.
	Absent bool
	// Desired holds the values that the user gave, by the names of the Kind's
	// fields. What is not in it is left alone.
	Desired map[string]any
	// ResendSecrets (update_password: always) sends the given secrets in any case, which
	// is a change each time. Otherwise they go along with what has to be written anyway.
	ResendSecrets bool
	// RiskSecrets (missing_secrets: warn) has an update go out, with a warning, that
	// leaves out a secret and may make the server forget it. Otherwise there is no such
	// plan.
	RiskSecrets bool
}

// Action is what a plan does.
type Action string

// The four things that a plan can come to.
const (
	Create Action = "create"
	Update Action = "update"
	Delete Action = "delete"
	Keep   Action = "keep"
)

// Plan is the one step from the current to the desired state.
type Plan struct {
	Action  Action
	Current acsmon.Fields // nil: there is none
	// Before and After are the diff: the fields that change, by their options'
	// names and as far as the user gave them. A resource that goes is shown whole.
	Before, After map[string]any
	// Predicted is the resource as it will be, as far as that can be known; nil
	// when it goes.
	Predicted acsmon.Fields
	// Warnings are sentences for the user.
	Warnings []string

	send    acsmon.Fields
	desired map[string]any
	shows   bool // the diff names the secrets that are sent
}

// Changes says whether the plan writes anything.
func (p *Plan) Changes() bool { return p.Action != Keep }

// Engine converges the resources of one collection.
type Engine struct {
	Kind  Kind
	Store Store
	// Limit gives what is known of the rate limit: acsmon.Client.Limit.
	Limit func() acsmon.Limit
}

// Plan finds the current state and plans the step to the desired one. It writes
// nothing. Before a create it reads the whole list, to be certain.
func (e *Engine) Plan(ctx context.Context, item Item) (*Plan, error) {
	p, err := e.plan(ctx, item)
	if err != nil {
		return nil, err
	}
	p.Current, p.Predicted = e.Kind.concealed(p.Current), e.Kind.concealed(p.Predicted)
	if p.Action == Delete {
		p.Before = p.Current
	}
	return p, nil
}

func (e *Engine) plan(ctx context.Context, item Item) (*Plan, error) {
	current, err := e.find(ctx, item)
	if err != nil {
		return nil, err
	}
	switch {
	case item.Absent:
		return planAbsent(current), nil
	case current == nil && item.ID != 0:
		return nil, &NotFoundError{Kind: e.Kind.Name, ID: item.ID}
	case current == nil:
		return e.planCreate(ctx, item)
	}
	return e.planUpdate(ctx, item, reading{current, item.ID != 0})
}

// find returns the resource that the item means; nil if there is none.
func (e *Engine) find(ctx context.Context, item Item) (acsmon.Fields, error) {
	if item.ID != 0 {
		row, err := e.Store.Get(ctx, item.ID)
		if acsmon.IsNotFound(err) {
			return nil, nil
		}
		return row, err
	}
	rows, err := e.search(ctx, item.Name)
	if err != nil {
		return nil, err
	}
	old := named(rows, e.Kind.key(), item.Name)
	if item.NewName == "" {
		return only(e.Kind.Name, item.Name, old)
	}
	if rows, err = e.search(ctx, item.NewName); err != nil {
		return nil, err
	}
	return e.renamed(item, old, named(rows, e.Kind.key(), item.NewName))
}

// search reads the rows that may have an identity. Servers search in names: any
// other identity is looked for among all rows.
func (e *Engine) search(ctx context.Context, identity string) ([]acsmon.Fields, error) {
	if e.Kind.identity() != "name" {
		return read(ctx, e.Store, e.Kind.key(), acsmon.Query{})
	}
	return search(ctx, e.Store, e.Kind.key(), searchTerm(identity))
}

// renamed chooses between the rows of the old and of the new name.
func (e *Engine) renamed(item Item, old, renamed []acsmon.Fields) (acsmon.Fields, error) {
	before, err := only(e.Kind.Name, item.Name, old)
	if err != nil {
		return nil, err
	}
	after, err := only(e.Kind.Name, item.NewName, renamed)
	switch {
	case err != nil:
		return nil, err
	case after == nil:
		return before, nil
	case before == nil || before.ID() == after.ID():
		return after, nil
	}
	return nil, fmt.Errorf("%s %q (id %d) cannot be renamed to %q, for that is the name of id %d already: delete or rename one of them first",
		e.Kind.Name, item.Name, before.ID(), item.NewName, after.ID())
}

func planAbsent(current acsmon.Fields) *Plan {
	if current == nil {
		return &Plan{Action: Keep}
	}
	return &Plan{Action: Delete, Current: current}
}

// desired is what the item wants by field, its identity included.
func (e *Engine) desired(item Item) map[string]any {
	desired := maps.Clone(item.Desired)
	if desired == nil {
		desired = map[string]any{}
	}
	if name := item.finalName(); name != "" {
		desired[e.Kind.identity()] = name
	}
	return desired
}

func (item Item) finalName() string {
	if item.NewName != "" {
		return item.NewName
	}
	return item.Name
}

func (e *Engine) planCreate(ctx context.Context, item Item) (*Plan, error) {
	rows, err := read(ctx, e.Store, e.Kind.key(), acsmon.Query{})
	if err != nil {
		return nil, err
	}
	// The server's search may have missed what the whole list shows.
	missed, err := e.renamed(item, named(rows, e.Kind.key(), item.Name), named(rows, e.Kind.key(), item.finalName()))
	if err != nil {
		return nil, err
	}
	if missed != nil {
		return e.planUpdate(ctx, item, reading{missed, false})
	}
	return e.planNew(ctx, item)
}

// planNew plans the creation of what is known not to be there.
func (e *Engine) planNew(ctx context.Context, item Item) (*Plan, error) {
	desired := e.desired(item)
	if missing := e.missing(desired); len(missing) > 0 {
		return nil, fmt.Errorf("there is no %s %q, and to create it %s must be given too",
			e.Kind.Name, item.finalName(), strings.Join(missing, " and "))
	}
	p := &Plan{Action: Create, shows: true, send: acsmon.Fields{}, Before: map[string]any{}, After: map[string]any{}, desired: desired}
	for _, name := range slices.Sorted(maps.Keys(desired)) {
		if err := e.set(ctx, p, e.Kind.Field(name), nil, desired[name]); err != nil {
			return nil, err
		}
	}
	p.Predicted = maps.Clone(p.send)
	return p, nil
}

func (e *Engine) missing(desired map[string]any) []string {
	var missing []string
	for _, name := range e.Kind.Required {
		if canonical(desired[name]) == nil {
			missing = append(missing, name)
		}
	}
	return missing
}

func (e *Engine) planUpdate(ctx context.Context, item Item, now reading) (*Plan, error) {
	desired := e.desired(item)
	given := slices.Sorted(maps.Keys(desired))
	now, err := e.complete(ctx, now, given)
	if err != nil {
		return nil, err
	}
	p := &Plan{Action: Keep, Current: now.row, Predicted: now.row, desired: desired, shows: item.ResendSecrets}
	if hidden := append(e.Kind.hides(now.row, given), e.Kind.masked(now.row, desired)...); len(hidden) > 0 {
		p.warn("the server does not show %s of %s %d, so it cannot be compared: it is sent with a create or another change only",
			strings.Join(hidden, ", "), e.Kind.Name, now.row.ID())
	}
	wrong, err := e.unlike(ctx, desired, now.row)
	if err != nil {
		return nil, err
	}
	if len(wrong) == 0 && (!item.ResendSecrets || len(e.Kind.secretsIn(desired)) == 0) {
		return p, nil
	}
	if e.Kind.Fixed {
		return nil, fmt.Errorf("%s %d differs in %s, and the API cannot change one: remove it first, or give the new one another %s",
			e.Kind.Name, now.row.ID(), strings.Join(wrong, ", "), e.Kind.identity())
	}
	// A PUT may reset what it does not name, so it names everything.
	if now, err = e.complete(ctx, now, e.Kind.names()); err != nil {
		return nil, err
	}
	hidden := slices.DeleteFunc(e.Kind.hides(now.row, e.Kind.names()), func(name string) bool { return slices.Contains(given, name) })
	if len(hidden) > 0 {
		p.warn("the server does not show %s of %s %d, so it is not certain that an update leaves it alone: give it too if it matters",
			strings.Join(hidden, ", "), e.Kind.Name, now.row.ID())
	}
	p.Action, p.Current, p.Predicted, p.send = Update, now.row, maps.Clone(now.row), e.writable(now.row)
	p.Before, p.After = map[string]any{}, map[string]any{}
	for _, name := range given {
		if err := e.set(ctx, p, e.Kind.Field(name), now.row, desired[name]); err != nil {
			return nil, err
		}
	}
	return p, e.risk(p, item)
}

// risk is the error, or the warning, of secrets that the update may make the server
// forget: it shows none, so what is not given cannot be sent.
func (e *Engine) risk(p *Plan, item Item) error {
	if masked := e.Kind.masksIn(p.send); len(masked) > 0 {
		text := fmt.Sprintf("the server shows %s of %s %d masked, and an update may write the mask over the secret",
			strings.Join(masked, ", "), e.Kind.Name, p.Current.ID())
		if !item.RiskSecrets {
			return fmt.Errorf("%s: give the secret too", text)
		}
		p.warn("%s: check that it still has it", text)
	}
	secrets := e.Kind.secretsLeftOut(p)
	if len(secrets) == 0 {
		return nil
	}
	text := fmt.Sprintf("an update may make the server forget %s of %s %d, which it does not show",
		strings.Join(secrets, ", "), e.Kind.Name, p.Current.ID())
	if !item.RiskSecrets {
		return fmt.Errorf(`%s: give it too (an empty text where there is none), or set missing_secrets: warn to update all the same`, text)
	}
	p.warn("%s: check that it still has it", text)
	return nil
}

func (p *Plan) warn(format string, args ...any) {
	p.Warnings = append(p.Warnings, fmt.Sprintf(format, args...))
}

// reading is a row as far as it was read: a list may show less than there is.
type reading struct {
	row   acsmon.Fields
	whole bool // read by itself: what it lacks, the server does not show
}

// complete returns the row, read by itself where the list's does not show the
// fields of these names.
func (e *Engine) complete(ctx context.Context, now reading, names []string) (reading, error) {
	if now.whole || len(e.Kind.hides(now.row, names)) == 0 {
		return now, nil
	}
	row, err := e.Store.Get(ctx, now.row.ID())
	if acsmon.IsNotFound(err) {
		err = e.vanished(now.row.ID())
	}
	return reading{row, true}, err
}

func (e *Engine) vanished(id int64) error { return &VanishedError{e.Kind.Name, id} }

// writable gives the fields that a row has and that can be sent back. A null is
// left out: it is what the server has anyway, and some refuse to be sent one.
func (e *Engine) writable(row acsmon.Fields) acsmon.Fields {
	send := acsmon.Fields{}
	for _, f := range e.Kind.Fields {
		v, ok := f.read(row)
		if !ok || v == nil || f.Compare == Secret {
			continue
		}
		if _, isList := v.([]any); isList && f.Compare == Set {
			v = Texts(v)
		}
		if f.Compare == Links {
			v = idsIn(v)
		}
		send[f.send()] = v
	}
	return send
}

// unlike names the fields in which a row is not what is desired, of those that it
// shows.
func (e *Engine) unlike(ctx context.Context, desired map[string]any, row acsmon.Fields) ([]string, error) {
	var wrong []string
	for _, name := range slices.Sorted(maps.Keys(desired)) {
		f := e.Kind.Field(name)
		if _, shown := f.read(row); !shown || f.Compare == Secret {
			continue
		}
		differs, err := f.differs(ctx, row, desired[name])
		if err != nil {
			return nil, err
		}
		if differs {
			wrong = append(wrong, name)
		}
	}
	return wrong, nil
}

// differs says whether the row is not what is desired of the field.
func (f Field) differs(ctx context.Context, row acsmon.Fields, desired any) (bool, error) {
	current, _ := f.read(row)
	switch f.Compare {
	case Quantity:
		return !sameQuantity(desired, current), nil
	case Set:
		return !sameSet(desired, current), nil
	case Link:
		id, err := f.linkID(ctx, row, desired.(Reference))
		return !same(id, current), err
	case Links:
		ids, err := f.linkIDs(ctx, row, desired.(References))
		return !sameSet(ids, idsIn(current)), err
	}
	return !same(desired, current), nil
}

// linkID gives the desired id of a link, nil for none. Where the row shows that
// the link is what is wanted, by its id or by its name, nothing is asked.
func (f Field) linkID(ctx context.Context, row acsmon.Fields, want Reference) (any, error) {
	if want.Text == "" {
		return nil, nil
	}
	current, _ := f.read(row)
	shown := f.LinkName(row)
	if _, isID := ParseID(want.Text); isID {
		shown = current
	}
	if !want.Renamed && current != nil && shown != nil && same(want.Text, shown) {
		return current, nil
	}
	return want.Resolve(ctx)
}

// LinkName gives the name beside a link's id; nil where the row does not show it.
func (f Field) LinkName(row acsmon.Fields) any {
	for _, path := range f.Read {
		if object, ok := strings.CutSuffix(path, ".id"); ok {
			if name, ok := Dig(row, object+".name"); ok && name != nil {
				return name
			}
		}
	}
	return nil
}

// set puts one desired value into what is sent, what is predicted and the diff.
func (e *Engine) set(ctx context.Context, p *Plan, f Field, row acsmon.Fields, desired any) error {
	current, _ := f.read(row)
	value := canonical(desired)
	after, changes := value, !same(desired, current)
	switch f.Compare {
	case Quantity:
		changes = !sameQuantity(desired, current)
	case Set:
		value = Texts(desired)
		after, changes = value, !sameSet(desired, current)
	case Merge:
		pattern, _ := asObject(desired)
		object, _ := asObject(current)
		merged := merge(current, pattern)
		value, after = merged, asMasked(part(merged, pattern), object)
	case Link:
		want := desired.(Reference)
		id, err := f.linkID(ctx, row, want)
		if err != nil {
			return err
		}
		value, after, changes = id, canonical(want.Text), !same(id, current)
	case Links:
		want := desired.(References)
		ids, err := f.linkIDs(ctx, row, want)
		if err != nil {
			return err
		}
		value, after, changes = ids, want.Texts, !sameSet(ids, idsIn(current))
	case Secret:
		p.send[f.send()] = value
		if p.shows {
			p.After[f.Name] = hidden(value)
		}
		return nil
	}
	p.send[f.send()] = value
	if row == nil {
		p.After[f.Name] = after
		return nil
	}
	if changes {
		p.Before[f.Name], p.After[f.Name] = f.shown(row, desired), after
	}
	if merged, isObject := value.(map[string]any); isObject {
		object, _ := asObject(current)
		value = asMasked(merged, object)
	}
	f.predict(p.Predicted, value, desired)
	return nil
}

// predict puts a value where the row shows it.
func (f Field) predict(row acsmon.Fields, value, desired any) {
	if want, isLinks := desired.(References); isLinks {
		f.predictLinks(row, value.([]any), want)
		return
	}
	want, isLink := desired.(Reference)
	if _, shown := row[f.send()]; shown || !isLink {
		row[f.send()] = value
	}
	for _, path := range f.Read {
		object, ok := strings.CutSuffix(path, ".id")
		if _, shown := row[object]; !ok || !shown {
			continue
		}
		row[object] = want.shown(value)
	}
}

// shown gives a link as the API shows it, as far as it is known.
func (r Reference) shown(id any) any {
	_, isID := ParseID(r.Text)
	switch {
	case id == nil:
		return nil
	case isID:
		return map[string]any{"id": id}
	}
	return map[string]any{"id": id, "name": r.Text}
}

// shown gives the current value of a field as the diff shows it.
func (f Field) shown(row acsmon.Fields, desired any) any {
	current, _ := f.read(row)
	switch f.Compare {
	case Merge:
		pattern, _ := asObject(desired)
		return part(current, pattern)
	case Link:
		if _, isID := ParseID(desired.(Reference).Text); isID {
			return current
		}
		if name := f.LinkName(row); name != nil {
			return name
		}
	case Links:
		return f.linksShown(row, desired.(References))
	}
	return current
}
