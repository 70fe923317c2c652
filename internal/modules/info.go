// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/converge"
)

// selection are the options that all modules have that read what is selected.
type selection struct {
	IDs     []int64        `ansible:"ids"`
	Search  string         `ansible:"search"`
	Filters map[string]any `ansible:"filters"`
}

// infoOptions are the options that all modules have that list resources.
type infoOptions struct {
	selection `ansible:",squash"`
	Sort      string `ansible:"sort"`
	Limit     *int64 `ansible:"limit"`
}

// listing gives the rows of that kind that the options and the conditions select.
func (o infoOptions) listing(kind string, conditions ...[]condition) (listing, error) {
	l, err := o.selection.listing(kind, conditions...)
	if err != nil {
		return l, err
	}
	l.sort = converge.Trim(o.Sort)
	if o.Limit != nil {
		if *o.Limit < 1 {
			return l, fmt.Errorf("limit is %d, and 1 or more is possible", *o.Limit)
		}
		l.limit = int(min(*o.Limit, math.MaxInt32))
	}
	return l, nil
}

// listing gives the rows of that kind that the options and the conditions select.
func (o selection) listing(kind string, conditions ...[]condition) (listing, error) {
	l := listing{kind: kind, ids: o.IDs, search: converge.Trim(o.Search)}
	if l.search != "" && l.ids != nil {
		return l, fmt.Errorf("search cannot be held against a %s that ids names: give one of the two", kind)
	}
	freely, err := freely(o.Filters)
	l.conditions = append(slices.Concat(conditions...), freely...)
	return l, err
}

// extra is something more of each row, which costs a request a row.
type extra struct {
	key string // under which it is added to the row
	of  func(ctx context.Context, id int64) (any, error)
}

// addExtras adds to each row what an option asks for beside it, unless that cannot fit
// into max_wait.
func addExtras(ctx context.Context, s *session, option, kind string, rows []acsmon.Fields, extras []extra) error {
	requests := len(rows) * len(extras)
	if err := affordable(ctx, s.client.Limit(), requests, fmt.Sprintf("%s asks for %d requests, one for each %s and each value", option, requests, kind)); err != nil {
		return err
	}
	for _, row := range rows {
		for _, extra := range extras {
			value, err := extra.of(ctx, row.ID())
			if acsmon.IsNotFound(err) { // removed meanwhile, or an install that does not have it
				s.Warnf("the server has no %s of %s %d", extra.key, kind, row.ID())
				value, err = nil, nil
			}
			if err != nil {
				return fmt.Errorf("the %s of %s %d: %w", extra.key, kind, row.ID(), err)
			}
			row[extra.key] = value
		}
	}
	return nil
}

// affordable says whether so many requests fit into the wait that the context
// allows. The error begins with what they are, and names the max_wait that they
// need.
func affordable(ctx context.Context, limit acsmon.Limit, requests int, what string) error {
	left, ok := acsmon.WaitBudget(ctx)
	needed := converge.Wait(limit, requests)
	if !ok || needed <= left {
		return nil
	}
	return fmt.Errorf("%s, which at %d a minute need a wait of about %d s, and %d s are left: set max_wait to %d or more, or select less",
		what, limit.PerMinute, int(needed.Seconds()), int(left.Seconds()), int(needed.Seconds())+60)
}

// shownRows are rows as a result holds them: none is an empty list, not null.
func shownRows(rows []acsmon.Fields) []acsmon.Fields {
	if rows == nil {
		return []acsmon.Fields{}
	}
	return rows
}
