// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/untrusted"
)

// Engine converges the resources of one list.
type Engine struct {
	Kind  Kind
	Store Store
	// Limit returns what is known of the rate limit: acsmon.Client.Limit.
	Limit func() acsmon.Limit
	// Resolvers finds, by field, what links mean.
	Resolvers map[string]Resolver
	// MatchOn names the fields that together tell one resource from another; empty: the Kind's
	// identity does.
	MatchOn []string
	// SecretKeys says which keys hold secrets, of which messages do not tell.
	SecretKeys untrusted.SecretKeys
	// Server is what is known of how the server behaves.
	Server Server
	// Recent knows what runs of this user have just created; nil: nothing does.
	Recent Recent
}

// Server is what is known of how a server behaves. The zero value is the careful assumption that
// none of it is true.
type Server struct {
	// KeepsUnnamed: an update keeps what it does not name, even secrets. So only changes are sent.
	KeepsUnnamed bool
	// SearchFinds: a search for a name finds every row of that name. So what it does not find does
	// not exist.
	SearchFinds bool
}

// Recent knows what runs of one user have just created in a list, whatever the list shows.
type Recent interface {
	// IDs returns the ids of the resources that were created with this identity.
	IDs(identity string) []int64
	// Add records a resource, and Remove that it is gone.
	Add(identity string, id int64)
	Remove(id int64)
}

// Plan finds the current state and plans the step to the desired one. It writes nothing.
func (e *Engine) Plan(ctx context.Context, item Item) (*Plan, error) {
	p, err := e.plan(ctx, item)
	if err != nil {
		return nil, err
	}
	p.Current, p.Predicted = e.Kind.withoutSecrets(p.Current), e.Kind.withoutSecrets(p.Predicted)
	if p.Action == Delete {
		p.Before = p.Current
	}
	return p, nil
}

func (e *Engine) plan(ctx context.Context, item Item) (*Plan, error) {
	now, err := e.find(ctx, item)
	if err != nil {
		return nil, err
	}
	switch {
	case item.Absent:
		return e.planAbsent(now.row)
	case now.row == nil && item.ID != 0:
		return nil, &NotFoundError{Kind: e.Kind.Name, ID: item.ID}
	case now.row == nil:
		return e.planNew(ctx, item, now.namesakes)
	}
	return e.planChange(ctx, item, now)
}

// planChange plans what happens to an existing resource.
func (e *Engine) planChange(ctx context.Context, item Item, now reading) (*Plan, error) {
	if item.CreateOnly {
		return e.planLeft(ctx, item, now)
	}
	return e.planUpdate(ctx, item, now)
}

// planLeft leaves alone what exists, and says in what it differs.
func (e *Engine) planLeft(ctx context.Context, item Item, now reading) (*Plan, error) {
	desired := e.Kind.desired(item)
	now, err := e.complete(ctx, now, slices.Collect(maps.Keys(desired)))
	if err != nil {
		return nil, err
	}
	desired = e.Kind.replacing(desired, item.Replaces, now.row)
	differing, err := e.differing(ctx, desired, now.row, false)
	return &Plan{Action: Keep, Current: now.row, Predicted: now.row, desired: desired, Left: differing}, err
}

// replacing adds to the objects that are to be replaced a null for each key that must go.
func (k Kind) replacing(desired map[string]any, objects []string, row acsmon.Fields) map[string]any {
	for _, name := range objects {
		if value, given := desired[name]; given {
			f := k.Field(name)
			current, _ := f.valueIn(row)
			desired[name] = f.form().exactly(value, current)
		}
	}
	return desired
}

func (e *Engine) planAbsent(current acsmon.Fields) (*Plan, error) {
	switch {
	case current == nil:
		return &Plan{Action: Keep}, nil
	case e.Kind.Given:
		return nil, fmt.Errorf("%s %d cannot be removed by the API: remove it in the web interface", e.Kind.Name, current.ID())
	}
	return &Plan{Action: Delete, Current: current}, nil
}

// planNew plans the creation of what is known not to exist, beside others of its name.
func (e *Engine) planNew(ctx context.Context, item Item, namesakes map[int64]bool) (*Plan, error) {
	if e.Kind.Given {
		return nil, fmt.Errorf("there is no %s %q, and the API cannot create one: create it in the web interface, or fix the name", e.Kind.Name, item.finalName())
	}
	desired := e.Kind.desired(item)
	if missing := e.missing(desired); len(missing) > 0 {
		what := fmt.Sprintf("%q", item.finalName())
		if len(e.besideName()) > 0 {
			what = "with " + e.identityOf(item, item.finalName())
		}
		return nil, fmt.Errorf("there is no %s %s: to create it, give %s too",
			e.Kind.Name, what, strings.Join(missing, " and "))
	}
	p := &Plan{
		Action: Create, send: acsmon.Fields{}, Before: map[string]any{}, After: map[string]any{},
		desired: desired, namesakes: namesakes, apart: map[string]bool{},
	}
	for _, name := range slices.Sorted(maps.Keys(desired)) {
		c, err := e.compare(ctx, name, desired, nil, false)
		if err != nil {
			return nil, err
		}
		p.send[e.Kind.Field(name).key()], p.After[name] = c.send, c.after
		p.writes, p.apart[name] = p.writes+c.writes, c.writes > 0
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
	desired := e.Kind.desired(item)
	given := slices.Sorted(maps.Keys(desired))
	now, err := e.complete(ctx, now, given)
	if err != nil {
		return nil, err
	}
	if err := e.Kind.refuseExtras(now.row, given); err != nil {
		return nil, err
	}
	desired = e.Kind.replacing(desired, item.Replaces, now.row)
	p := &Plan{Action: Keep, Current: now.row, Predicted: now.row, desired: desired, NotShown: e.Kind.notShown(now.row, given)}
	notCompared := append(slices.Clone(p.NotShown), e.Kind.masked(now.row, desired)...)
	if len(notCompared) > 0 {
		p.warn("the server does not show %s of %s %d, so it cannot be compared: it is only sent with a create or with another change",
			strings.Join(notCompared, ", "), e.Kind.Name, now.row.ID())
	}
	p.Warnings = append(p.Warnings, e.warnOfWhite(ctx, desired, now.row)...)
	differing, err := e.differing(ctx, desired, now.row, item.ResendSecrets)
	if err != nil || len(differing) == 0 {
		return p, err
	}
	if e.Kind.Fixed {
		return nil, fmt.Errorf("%s %d differs in %s, which the API cannot change: remove it first, or give the new one another %s",
			e.Kind.Name, now.row.ID(), strings.Join(differing, ", "), e.Kind.identity())
	}
	if now, err = e.planWhole(ctx, p, now, given); err != nil {
		return nil, err
	}
	p.NotShown = append(p.NotShown, e.Kind.secrets(given)...)
	p.Action, p.Current, p.Predicted, p.read = Update, now.row, maps.Clone(now.row), now.at
	p.again = func(ctx context.Context, now reading) (*Plan, error) { return e.planUpdate(ctx, item, now) }
	p.Before, p.After = map[string]any{}, map[string]any{}
	if err := e.setAll(ctx, p, item, given); err != nil {
		return nil, err
	}
	return p, e.risk(p, item)
}

// planWhole adds everything that the row shows to what is sent, because an update may reset what it
// does not name. If the server is known to keep that, it adds nothing.
func (e *Engine) planWhole(ctx context.Context, p *Plan, now reading, given []string) (reading, error) {
	p.send = acsmon.Fields{}
	if e.Server.KeepsUnnamed || e.Kind.Replaced {
		return now, nil
	}
	names := e.Kind.sentBack()
	now, err := e.complete(ctx, now, names)
	if err != nil {
		return now, err
	}
	notShown := slices.DeleteFunc(e.Kind.notShown(now.row, names), func(name string) bool { return slices.Contains(given, name) })
	if len(notShown) > 0 {
		p.warn("the server does not show %s of %s %d, so it is not certain that an update leaves it alone: give it too if it matters",
			strings.Join(notShown, ", "), e.Kind.Name, now.row.ID())
	}
	p.send, p.builtOnReading = e.sendBack(now.row), true
	return now, nil
}

// setAll puts the given values into what is sent, what is predicted and the diff. A value that is
// already right is sent too, unless the server keeps what an update does not name.
func (e *Engine) setAll(ctx context.Context, p *Plan, item Item, given []string) error {
	for _, name := range given {
		f := e.Kind.Field(name)
		if f.Secret() && f.form().kept() && !item.ResendSecrets {
			continue
		}
		c, err := e.compare(ctx, name, p.desired, p.Current, item.ResendSecrets)
		if err != nil {
			return err
		}
		_, shown := f.valueIn(p.Current)
		if c.differs || !e.Server.KeepsUnnamed || e.Kind.Replaced || f.Secret() || !shown {
			p.send[f.key()] = c.send
			p.builtOnReading = p.builtOnReading || c.builtOnReading
		}
		maps.Copy(p.Predicted, c.row)
		if !c.differs {
			continue
		}
		p.After[name], p.writes = c.after, p.writes+c.writes
		if !f.Secret() {
			p.Before[name] = c.before
		}
	}
	return nil
}

// compare compares what is desired of one field with a row; nil: there is no row yet.
func (e *Engine) compare(ctx context.Context, name string, desired map[string]any, row acsmon.Fields, resend bool) (change, error) {
	f := e.Kind.Field(name)
	return f.form().compare(ctx, wish{f, desired[name], e.Resolvers[name], desired, resend}, row)
}

// differing names the fields in which a row differs from what is desired, of those that it shows.
func (e *Engine) differing(ctx context.Context, desired map[string]any, row acsmon.Fields, resend bool) ([]string, error) {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(desired)) {
		f := e.Kind.Field(name)
		if _, shown := f.valueIn(row); !shown && !f.Secret() {
			continue
		}
		c, err := e.compare(ctx, name, desired, row, resend)
		if err != nil {
			return nil, err
		}
		if c.differs {
			names = append(names, name)
		}
	}
	return names, nil
}

// sendBack returns the fields of a row as an update sends them that leaves them alone. A null is
// left out: the server has it anyway, and some servers refuse it.
func (e *Engine) sendBack(row acsmon.Fields) acsmon.Fields {
	send := acsmon.Fields{}
	for _, f := range e.Kind.Fields {
		shown, _ := f.valueIn(row)
		if shown == nil {
			continue
		}
		if value := f.form().sendBack(shown); value != nil {
			send[f.key()] = value
		}
	}
	return send
}

// risk is the error, or the warning, about secrets that the update may make the server forget: it
// shows none, so those that are not given cannot be sent.
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
	if len(secrets) == 0 || e.Server.KeepsUnnamed {
		return nil
	}
	text := fmt.Sprintf("an update may make the server forget %s of %s %d, which it does not show",
		strings.Join(secrets, ", "), e.Kind.Name, p.Current.ID())
	if !item.RiskSecrets {
		return fmt.Errorf(`%s: give it too (an empty text where there is none), or set missing_secrets: warn to update anyway`, text)
	}
	p.warn("%s: check that it still has it", text)
	return nil
}
