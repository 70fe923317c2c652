// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// restore puts back what an update did not name and the server did not keep, although the profile
// says that it does. From then on the engine is careful.
func (e *Engine) restore(ctx context.Context, p *Plan, row acsmon.Fields) (acsmon.Fields, []string, error) {
	lost := e.notKept(p, row)
	if len(lost) == 0 {
		return row, nil, nil
	}
	send := e.sendBack(p.Current)
	maps.Copy(send, p.send)
	warning := e.putAside(p) + fmt.Sprintf("; %s was not kept, and is put back", strings.Join(lost, ", "))
	if secrets := e.Kind.secretsLeftOut(p); len(secrets) > 0 {
		warning += fmt.Sprintf(", and check %s, which may be lost", strings.Join(secrets, ", "))
	}
	restored, err := e.Store.Update(ctx, p.Current.ID(), send)
	if err != nil {
		return row, nil, fmt.Errorf("%s; %s was not kept and could not be put back (%w): give it in the task",
			e.putAside(p), strings.Join(lost, ", "), err)
	}
	if restored.ID() == 0 { // it is done, but the row is not shown
		restored = acsmon.Fields{"id": p.Current.ID()}
	}
	return restored, []string{warning}, nil
}

// putAside stops using what was known of the server, and says so.
func (e *Engine) putAside(p *Plan) string {
	e.Server = Server{}
	return fmt.Sprintf("an update of %s %d contradicts the server profile, which is put aside for this run: run acsmon doctor --write again",
		e.Kind.Name, p.Current.ID())
}

// wantsWhole reports whether an update was refused because it did not name a field, although the
// server is known to keep those.
func (e *Engine) wantsWhole(p *Plan, err error) bool {
	if !e.Server.KeepsUnnamed {
		return false
	}
	for key := range acsmon.InvalidFields(err) {
		if _, named := p.send[key]; !named && e.knows(key) {
			return true
		}
	}
	return false
}

// knows reports whether a key of the API belongs to a field.
func (e *Engine) knows(key string) bool {
	return slices.ContainsFunc(e.Kind.Fields, func(f Field) bool { return f.key() == key })
}

// notKept names the fields that an update left out and that changed according to its response. If
// the row was read some time ago, somebody else may have changed them: then only what is gone
// counts.
func (e *Engine) notKept(p *Plan, row acsmon.Fields) []string {
	if !e.Server.KeepsUnnamed {
		return nil
	}
	recent := time.Since(p.read) <= maxAge
	var lost []string
	for _, f := range e.Kind.Fields {
		before, wasShown := f.valueIn(p.Current)
		after, isShown := f.valueIn(row)
		if _, named := p.send[f.key()]; named || f.Secret() || !wasShown || !isShown {
			continue
		}
		if !same(before, after) && (recent || empty(after)) {
			lost = append(lost, f.Name)
		}
	}
	return lost
}
