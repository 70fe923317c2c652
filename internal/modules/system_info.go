// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"context"
	"maps"
	"slices"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/ansible"
)

// systemOptions are what acsmon_system_info is told.
type systemOptions struct {
	Include []string `ansible:"include"`
}

func runSystemInfo(ctx context.Context, s *session) (ansible.Result, error) {
	var o systemOptions
	if err := s.Decode(&o); err != nil {
		return nil, err
	}
	result, err := o.fetch(ctx, s)
	if limit := s.client.Limit(); limit.PerMinute > 0 && err == nil {
		result["rate_limit"] = map[string]any{"per_minute": limit.PerMinute, "remaining": limit.Remaining}
	}
	return result, err
}

// fetch asks for each part that is included.
func (o systemOptions) fetch(ctx context.Context, s *session) (ansible.Result, error) {
	result := ansible.Result{"server": s.client.Origin()}
	for _, part := range []struct {
		name  string
		fetch func(context.Context) (acsmon.Fields, error)
	}{{"health", s.client.System.Health}, {"stats", s.client.System.Stats}} {
		if !slices.Contains(o.Include, part.name) {
			continue
		}
		answer, err := part.fetch(ctx)
		if err != nil {
			return result, err
		}
		result[part.name] = answer
	}
	if slices.Contains(o.Include, "user") {
		me, err := s.client.Me(ctx)
		if err != nil {
			return result, err
		}
		user := maps.Clone(me.Fields)
		delete(user, "roles")
		delete(user, "permissions")
		result["user"], result["roles"], result["permissions"] = user, me.Roles, me.Permissions
		result["restricted_to_groups"] = me.ScopedTo()
	}
	return result, nil
}
