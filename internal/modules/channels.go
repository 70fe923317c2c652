// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"context"
	"maps"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/converge"
	"github.com/acsmon/acsmon-ansible/internal/rows"
)

// ruleChannels is a list of alert rules. No public page names the key under which a rule takes its
// channels. It is channel_ids here; if the server shows channels, and not those that were sent,
// they are sent under that key too, from then on.
type ruleChannels struct {
	acsmon.Collection[acsmon.Fields]
	both *bool // whether they are sent under both keys
}

func withChannels(list acsmon.Collection[acsmon.Fields]) converge.Store {
	return ruleChannels{list, new(bool)}
}

func (r ruleChannels) Create(ctx context.Context, fields acsmon.Fields) (acsmon.Fields, error) {
	made, err := r.Collection.Create(ctx, r.sent(fields))
	if err != nil || !r.learns(made, fields) {
		return made, err
	}
	if row, err := r.Collection.Update(ctx, made.ID(), r.sent(fields)); err == nil {
		return row, nil
	}
	return made, nil // the next comparison shows that the channels are missing
}

func (r ruleChannels) Update(ctx context.Context, id int64, fields acsmon.Fields) (acsmon.Fields, error) {
	row, err := r.Collection.Update(ctx, id, r.sent(fields))
	if err != nil || !r.learns(row, fields) {
		return row, err
	}
	return r.Collection.Update(ctx, id, r.sent(fields))
}

// sent are fields as they are sent.
func (r ruleChannels) sent(fields acsmon.Fields) acsmon.Fields {
	ids, given := fields["channel_ids"]
	if !given || !*r.both {
		return fields
	}
	fields = maps.Clone(fields)
	fields["channels"] = ids
	return fields
}

// learns reports whether a row shows for the first time that its channels are not those of the
// fields.
func (r ruleChannels) learns(row, fields acsmon.Fields) bool {
	wanted, given := fields["channel_ids"].([]any)
	shown, isList := row["channels"].([]any)
	if _, taken := row["channel_ids"]; !given || !isList || taken || *r.both || row.ID() == 0 {
		return false
	}
	ids := map[string]bool{}
	for _, channel := range shown {
		if object, ok := channel.(map[string]any); ok {
			channel = object["id"]
		}
		ids[rows.Text(channel)] = true
	}
	*r.both = len(ids) != len(wanted)
	for _, id := range wanted {
		*r.both = *r.both || !ids[rows.Text(id)]
	}
	return *r.both
}
