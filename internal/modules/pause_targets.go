// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"context"
	"maps"
	"slices"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/converge"
	"github.com/acsmon/acsmon-ansible/internal/rows"
)

// targets say which monitors are wanted: those that any of its parts selects.
type targets struct {
	pauseOptions
	called     map[string]string // hosts by the addresses and names that they have
	conditions []rows.Condition
}

// prepare makes from the options what rows are compared with.
func (t *targets) prepare(ctx context.Context, s *session) error {
	t.called = hostNames(t.Hosts)
	if len(t.Tags) > 0 {
		t.conditions = append(t.conditions, tagged(t.Tags)...)
	}
	if len(t.Groups) == 0 {
		return nil
	}
	ids, err := converge.ResolveAll(ctx, s.named(monitorGroups), monitorGroups.kind, t.Groups, "name")
	if err != nil {
		return err
	}
	t.conditions = append(t.conditions, rows.Condition{Option: "groups", Paths: monitor.kind.Field("group").Read, Wanted: rows.Anys(ids)})
	return nil
}

// given reports whether anything says which monitors are wanted. isEmpty reports whether what says
// it cannot mean any.
func (t *targets) given() bool {
	return t.Hosts != nil || t.Monitors != nil || t.Groups != nil || t.Tags != nil
}

func (t *targets) isEmpty() bool {
	return t.given() && len(t.called)+len(t.Monitors)+len(t.conditions) == 0
}

// ids are the monitors that are wanted by their ids.
func (t *targets) ids() []int64 {
	var ids []int64
	for _, reference := range t.Monitors {
		if id, ok := converge.ParseID(converge.Trim(reference)); ok {
			ids = append(ids, id)
		}
	}
	return ids
}

// has reports whether a monitor is wanted.
func (t *targets) has(row acsmon.Fields) (bool, error) {
	if _, ok := t.host(row); ok || t.names(row) {
		return true, nil
	}
	for _, c := range t.conditions {
		if ok, err := (rows.Selection{Kind: monitor.kind.Name, Conditions: []rows.Condition{c}}).Meets(row); ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}

// host returns the host that a monitor watches, by its address or its name.
func (t *targets) host(row acsmon.Fields) (string, bool) {
	for _, name := range []any{row["host"], row["name"], monitor.kind.Field("device").LinkName(row)} {
		if host, ok := t.called[canonicalHost(rows.Text(name))]; ok {
			return host, true
		}
	}
	return "", false
}

// names reports whether a monitor is wanted by its id or its name.
func (t *targets) names(row acsmon.Fields) bool {
	return slices.ContainsFunc(t.Monitors, func(reference string) bool { return means(reference, row) })
}

// means reports whether a reference is the id or the name of a monitor.
func means(reference string, row acsmon.Fields) bool {
	if id, isID := converge.ParseID(converge.Trim(reference)); isID {
		return row.ID() == id
	}
	return rows.Same(row["name"], reference)
}

// missing returns an error for names that mean several monitors. It returns the names that mean
// none, or an error if these are not allowed.
func (t *targets) missing(found []*pausedMonitor, allowed bool) (gone []string, err error) {
	for _, reference := range t.Monitors {
		var ids []int64
		for _, m := range found {
			if means(reference, m.row) {
				ids = append(ids, m.row.ID())
			}
		}
		id, isID := converge.ParseID(converge.Trim(reference))
		switch {
		case len(ids) > 1:
			return nil, &converge.AmbiguousError{Kind: monitor.kind.Name, Name: reference, IDs: ids}
		case len(ids) == 1:
		case allowed:
			gone = append(gone, reference)
		case isID:
			return nil, &converge.NotFoundError{Kind: monitor.kind.Name, ID: id}
		default:
			return nil, &converge.NotFoundError{Kind: monitor.kind.Name, Name: reference}
		}
	}
	return gone, nil
}

// unmatched are the hosts that no monitor watches.
func (t *targets) unmatched(found []*pausedMonitor) []string {
	watched := map[string]bool{}
	for _, m := range found {
		watched[m.host] = true
	}
	return slices.DeleteFunc(append([]string{}, slices.Sorted(maps.Keys(t.Hosts))...), func(host string) bool { return watched[host] })
}
