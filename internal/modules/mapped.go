// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"context"
	"iter"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/converge"
)

// mapped is a list whose rows are read in another form than that of the server.
type mapped struct {
	acsmon.Collection[acsmon.Fields]
	row func(context.Context, acsmon.Fields) (acsmon.Fields, error)
}

// asShown returns a list with its rows in the form of the server.
func asShown(store converge.Store) converge.Store {
	if m, ok := store.(interface{ unmapped() converge.Store }); ok {
		return m.unmapped()
	}
	return store
}

func (m mapped) unmapped() converge.Store { return m.Collection }

// ours returns a row in our form, unless there is an error.
func (m mapped) ours(ctx context.Context, row acsmon.Fields, err error) (acsmon.Fields, error) {
	if err != nil {
		return nil, err
	}
	return m.row(ctx, row)
}

func (m mapped) List(ctx context.Context, query acsmon.Query) iter.Seq2[acsmon.Fields, error] {
	return func(yield func(acsmon.Fields, error) bool) {
		for row, err := range m.Collection.List(ctx, query) {
			if row, err = m.ours(ctx, row, err); !yield(row, err) || err != nil {
				return
			}
		}
	}
}

func (m mapped) Page(ctx context.Context, query acsmon.Query) (acsmon.Page[acsmon.Fields], error) {
	page, err := m.Collection.Page(ctx, query)
	for i, row := range page.Rows {
		page.Rows[i], err = m.ours(ctx, row, err)
	}
	return page, err
}

func (m mapped) Get(ctx context.Context, id int64) (acsmon.Fields, error) {
	row, err := m.Collection.Get(ctx, id)
	return m.ours(ctx, row, err)
}
