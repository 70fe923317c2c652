// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"context"
	"maps"
	"slices"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/ansible"
)

func runSystemInfo(ctx context.Context, s *session) (ansible.Result, error) {
	var o struct {
		Include []string `ansible:"include"`
	}
	if err := s.Decode(&o); err != nil {
		return nil, err
	}
	result := ansible.Result{"server": s.client.Origin()}
	for _, part := range []struct {
		name string
		read func(context.Context) (acsmon.Fields, error)
		show func(ansible.Result, acsmon.Fields)
	}{
		{"health", s.client.System.Health, func(r ansible.Result, f acsmon.Fields) { r["health"] = f }},
		{"stats", s.client.System.Stats, func(r ansible.Result, f acsmon.Fields) { r["stats"] = f }},
		{"user", s.client.Me, showUser},
	} {
		if !slices.Contains(o.Include, part.name) {
			continue
		}
		answer, err := part.read(ctx)
		if err != nil {
			return result, err
		}
		part.show(result, answer)
	}
	if limit := s.client.Limit(); limit.PerMinute > 0 {
		result["rate_limit"] = map[string]any{"per_minute": limit.PerMinute, "remaining": limit.Remaining}
	}
	return result, nil
}

// showUser tells who the token belongs to, and apart from that what its roles are
// called and which permission slugs they give.
func showUser(result ansible.Result, me acsmon.Fields) {
	if user, ok := me["user"].(map[string]any); ok && me["id"] == nil {
		user = maps.Clone(user)
		for _, key := range []string{"roles", "permissions"} {
			if _, inside := user[key]; !inside {
				user[key] = me[key]
			}
		}
		me = user
	}
	result["roles"], result["permissions"] = called(me["roles"], "name", "slug"), called(me["permissions"], "slug", "name")
	user := maps.Clone(me)
	delete(user, "roles")
	delete(user, "permissions")
	result["user"] = user
}

// called gives the texts of a list that may hold objects which have them under one
// of the keys.
func called(list any, keys ...string) []string {
	texts := []string{}
	items, _ := list.([]any)
	for _, item := range items {
		name := text(item)
		if object, ok := item.(map[string]any); ok {
			for _, key := range slices.Backward(keys) {
				if found := text(object[key]); found != "" {
					name = found
				}
			}
		}
		if name != "" {
			texts = append(texts, name)
		}
	}
	slices.Sort(texts)
	return texts
}
