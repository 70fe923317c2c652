// SPDX-License-Identifier: GPL-3.0-or-later

// Package predicted lets the tasks of one run in check mode build on each other: a monitor may name
// a group that an earlier task would have created. It shows a list of the server with the writes
// that earlier tasks would have made, and records the writes of this one.
//
// The predictions are a private file for each run and list. A resource that would have been created
// has an id below zero, which the server never sees and Conceal takes out of results.
//
// The package knows files and rows. It does not know which resources there are, how anything is
// planned, or who holds the lock.
package predicted

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/exact"
	"github.com/acsmon/acsmon-ansible/internal/files"
	"github.com/acsmon/acsmon-ansible/internal/folders"
)

// Run is one run of Ansible in check mode.
type Run struct {
	// Dir is the private folder of the files.
	Dir string
	// ID distinguishes the run from any other. If it is "", nothing is predicted.
	ID string
	// Identity distinguishes the server and the credentials.
	Identity string
	// Now is the clock.
	Now func() time.Time
}

// Collection is a list of the API. acsmon.Collection[acsmon.Fields] is one.
type Collection interface {
	List(context.Context, acsmon.Query) iter.Seq2[acsmon.Fields, error]
	Get(context.Context, int64) (acsmon.Fields, error)
	Create(context.Context, acsmon.Fields) (acsmon.Fields, error)
	Update(context.Context, int64, acsmon.Fields) (acsmon.Fields, error)
	Delete(context.Context, int64) error
	Path() string
}

// Check says what keeps a list from taking fields, before they are sent; nil: nothing does.
type Check func(context.Context, acsmon.Fields) error

// Over returns the list as it would be after the tasks so far. What is written to it passes the
// check, is predicted and reaches no server. If there is no ID, nothing has been predicted so far,
// and what is written is forgotten.
func (r *Run) Over(c Collection, check Check) Collection { return overlay{c, r, check} }

// overlay is one list with its predictions.
type overlay struct {
	Collection
	run   *Run
	check Check
}

// predictions are what the tasks of a run would have written to one list.
type predictions struct {
	// Created are the rows that would exist, with ids below zero.
	Created []acsmon.Fields `json:"created"`
	// Changed is what updates would have sent, by id.
	Changed map[string]acsmon.Fields `json:"changed"`
	Deleted []int64                  `json:"deleted"`
	// Last is the id that was used last.
	Last int64 `json:"last"`
}

// List yields the rows that the server shows, as they would be, and then those that would have been
// created.
func (o overlay) List(ctx context.Context, query acsmon.Query) iter.Seq2[acsmon.Fields, error] {
	return func(yield func(acsmon.Fields, error) bool) {
		known, err := o.load()
		if err != nil {
			yield(nil, err)
			return
		}
		for row, err := range o.server(ctx, query) {
			if err == nil && slices.Contains(known.Deleted, row.ID()) {
				continue
			}
			if !yield(known.after(row), err) || err != nil {
				return
			}
		}
		for _, row := range known.Created {
			if row.MayMatch(query.Search) && !yield(row, nil) {
				return
			}
		}
	}
}

// server yields the server's rows. If the list belongs to a resource that would have been created,
// the server has none yet.
func (o overlay) server(ctx context.Context, query acsmon.Query) iter.Seq2[acsmon.Fields, error] {
	if strings.Contains(o.Path(), "/-") {
		return func(func(acsmon.Fields, error) bool) {}
	}
	query.Filter = maps.Clone(query.Filter)
	maps.DeleteFunc(query.Filter, func(_, value string) bool { // it means what is not on the server yet
		id, err := strconv.ParseInt(value, 10, 64)
		return err == nil && id < 0
	})
	return o.Collection.List(ctx, query)
}

// Get returns one row as it would be.
func (o overlay) Get(ctx context.Context, id int64) (acsmon.Fields, error) {
	known, err := o.load()
	if err != nil {
		return nil, err
	}
	for _, row := range known.Created {
		if row.ID() == id {
			return row, nil
		}
	}
	if id < 0 || slices.Contains(known.Deleted, id) {
		return nil, &acsmon.Error{
			Status: http.StatusNotFound, Method: http.MethodGet, Path: fmt.Sprintf("%s/%d", o.Path(), id),
			Message: "an earlier task would have removed it",
		}
	}
	row, err := o.Collection.Get(ctx, id)
	return known.after(row), err
}

// Create predicts a row.
func (o overlay) Create(ctx context.Context, fields acsmon.Fields) (acsmon.Fields, error) {
	known, err := o.loadFor(ctx, fields)
	if err != nil {
		return nil, err
	}
	known.Last--
	row := acsmon.Fields{"id": json.Number(strconv.FormatInt(known.Last, 10))}
	maps.Copy(row, fields)
	known.Created = append(known.Created, row)
	return row, o.save(known)
}

// Update predicts a change and returns only the predicted fields of the row. Reading the others
// would cost a request for each row that changes.
func (o overlay) Update(ctx context.Context, id int64, fields acsmon.Fields) (acsmon.Fields, error) {
	known, err := o.loadFor(ctx, fields)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(known.Created, func(row acsmon.Fields) bool { return row.ID() == id })
	if at >= 0 {
		maps.Copy(known.Created[at], fields)
		return known.Created[at], o.save(known)
	}
	key := strconv.FormatInt(id, 10)
	changed := maps.Clone(known.Changed[key])
	if changed == nil {
		changed = acsmon.Fields{}
	}
	maps.Copy(changed, fields)
	known.Changed[key] = changed
	row := maps.Clone(changed)
	row["id"] = json.Number(key)
	return row, o.save(known)
}

// Delete predicts that a row is removed.
func (o overlay) Delete(_ context.Context, id int64) error {
	known, err := o.load()
	if err != nil {
		return err
	}
	known.Created = slices.DeleteFunc(known.Created, func(row acsmon.Fields) bool { return row.ID() == id })
	if id > 0 {
		known.Deleted = append(known.Deleted, id)
	}
	return o.save(known)
}

// Complete reports whether a search finds every row, if the list below knows that.
func (o overlay) Complete(ctx context.Context) (bool, error) {
	below, ok := o.Collection.(interface {
		Complete(context.Context) (bool, error)
	})
	if !ok {
		return false, nil
	}
	return below.Complete(ctx)
}

// after returns a row of the server as it would be. If an id changes (device_group_id), the object
// beside it (device_group) still shows the old state and is left out.
func (p *predictions) after(row acsmon.Fields) acsmon.Fields {
	changed := p.Changed[strconv.FormatInt(row.ID(), 10)]
	if len(changed) == 0 {
		return row
	}
	row = maps.Clone(row)
	for key, value := range changed {
		object, isLink := strings.CutSuffix(key, "_id")
		if linked, _ := row[object].(map[string]any); isLink && idOf(linked["id"]) != idOf(value) {
			delete(row, object)
		}
		row[key] = value
	}
	return row
}

// loadFor loads what is known, to add to it a write of fields that the list takes.
func (o overlay) loadFor(ctx context.Context, fields acsmon.Fields) (*predictions, error) {
	if o.check != nil {
		if err := o.check(ctx, fields); err != nil {
			return nil, err
		}
	}
	return o.load()
}

func (o overlay) load() (*predictions, error) {
	known := &predictions{Changed: map[string]acsmon.Fields{}}
	if o.run.ID == "" {
		return known, nil
	}
	content, err := os.ReadFile(o.path())
	if os.IsNotExist(err) {
		return known, nil
	}
	if err != nil {
		return nil, fmt.Errorf("what earlier tasks predicted cannot be read: %w", err)
	}
	if err := exact.Unmarshal(content, known); err != nil {
		return nil, fmt.Errorf("%s, which holds what earlier tasks predicted, is damaged: remove it", o.path())
	}
	return known, nil
}

func (o overlay) save(known *predictions) error {
	if o.run.ID == "" {
		return nil
	}
	content, err := json.Marshal(known)
	if err == nil {
		o.run.clean()
		err = files.ReplacePrivate(o.path(), content)
	}
	if err != nil {
		return fmt.Errorf("what this task predicts cannot be kept for the next ones: %w: make room on its disk, or set HOME to a folder on another", err)
	}
	return nil
}

const suffix = ".predicted"

// forgetAfter is how long the files of a run stay after its last prediction.
const forgetAfter = 24 * time.Hour

func (o overlay) path() string {
	return filepath.Join(o.run.Dir, folders.FileName(o.run.Identity, o.run.ID, o.Path())+suffix)
}

// clean removes the files of runs that are over.
func (r *Run) clean() { files.RemoveOld(r.Dir, suffix, r.Now().Add(-forgetAfter)) }

// Conceal takes the ids of predicted resources out of a result, at every depth. A link to such a
// resource becomes null.
func Conceal(value any) any {
	switch value := value.(type) {
	case acsmon.Fields:
		return acsmon.Fields(concealObject(value))
	case map[string]any:
		return concealObject(value)
	case []acsmon.Fields:
		list := make([]acsmon.Fields, len(value))
		for i, element := range value {
			list[i] = concealObject(element)
		}
		return list
	case []map[string]any:
		list := make([]map[string]any, len(value))
		for i, element := range value {
			list[i] = concealObject(element)
		}
		return list
	case []any:
		list := make([]any, len(value))
		for i, element := range value {
			list[i] = Conceal(element)
		}
		return list
	}
	return value
}

func concealObject(object map[string]any) map[string]any {
	if object == nil {
		return nil
	}
	shown := map[string]any{}
	for key, value := range object {
		switch isID := key == "id" || strings.HasSuffix(key, "_id"); {
		case !isID || idOf(value) >= 0:
			shown[key] = Conceal(value)
		case key != "id":
			shown[key] = nil
		}
	}
	return shown
}

func idOf(value any) int64 { return acsmon.Fields{"id": value}.ID() }
