// SPDX-License-Identifier: GPL-3.0-or-later

package doctor

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/converge"
	"github.com/acsmon/acsmon-ansible/internal/profile"
)

// prefix begins the name of everything that doctor makes.
const prefix = "acsmon-doctor-"

// removing is how long the removal of the scratch rows may take, even after Ctrl-C: it may have to
// wait for the rate limit.
const removing = 3 * time.Minute

// scratch is something that doctor has made.
type scratch struct {
	name string
	kind string
	id   int64
	list acsmon.Collection[acsmon.Fields]
}

// writer learns from scratch rows.
type writer struct {
	*Doctor
	made []scratch
	tag  string // of this run
}

// Try makes scratch rows, learns from them, and removes them however it ends.
func (d *Doctor) Try(ctx context.Context) {
	d.limit += mostRequests
	w := &writer{Doctor: d, tag: prefix + strings.ToLower(rand.Text()[:8])}
	defer w.clear(ctx)
	ctx = acsmon.WithWaitBudget(ctx, d.connection.MaxWait)
	for _, step := range []func(context.Context) error{w.tryNames, w.tryMonitor, w.tryDevice} {
		if err := step(ctx); err != nil {
			d.fail("trial", err)
			if ctx.Err() != nil {
				return
			}
		}
	}
}

// create makes a scratch row. If its response is lost, it looks for the row.
func (w *writer) create(ctx context.Context, list acsmon.Collection[acsmon.Fields], kind string, fields acsmon.Fields) (acsmon.Fields, error) {
	name := converge.Trim(fmt.Sprint(fields["name"]))
	row, err := list.Create(ctx, fields)
	if isRefusal(err) {
		return nil, err
	}
	if err != nil {
		w.made = append(w.made, scratch{name: name, kind: kind, list: list})
		return nil, err
	}
	w.made = append(w.made, scratch{name: name, kind: kind, id: row.ID(), list: list})
	return row, nil
}

// isRefusal reports whether the server said that it has not done what was asked. After any other
// error, it may have done it.
func isRefusal(err error) bool {
	var uncertain *acsmon.UncertainError
	var e *acsmon.Error
	return errors.As(err, &e) && !errors.As(err, &uncertain) && e.Status >= 400 && e.Status < 500
}

// tryNames learns from groups, which measure nothing and do not count towards the licence.
func (w *writer) tryNames(ctx context.Context) error {
	groups := w.client.MonitorGroups.Fields()
	name := w.tag + "-group"
	const unknownKey = "acsmon_doctor"
	row, err := w.create(ctx, groups, "monitor group", acsmon.Fields{"name": "  " + name + " ", "color": "#808080", unknownKey: "x"})
	switch {
	case acsmon.IsInvalid(err):
		w.Profile.UnknownKeys = profile.Refused
		row, err = w.create(ctx, groups, "monitor group", acsmon.Fields{"name": "  " + name + " ", "color": "#808080"})
	case err == nil:
		w.Profile.UnknownKeys = profile.Ignored
		if _, shown := row[unknownKey]; shown {
			w.Profile.UnknownKeys = profile.Stored
		}
	}
	if err != nil {
		return err
	}
	w.Profile.Trims = profile.Known(row["name"] == name)
	w.add("trial", OK, "", "a key that the server does not know is %s", own(w.Profile.UnknownKeys))
	w.add("trial", OK, "", "white space around a name is removed: %s", own(w.Profile.Trims))
	_, err = w.create(ctx, groups, "monitor group", acsmon.Fields{"name": name, "color": "#808080"})
	if err != nil && !acsmon.IsConflict(err) {
		return err
	}
	w.Profile.UniqueNames = profile.Known(err != nil)
	w.add("trial", OK, "", "names must be unique: %s", own(w.Profile.UniqueNames))
	return nil
}

// tryMonitor learns whether an update keeps what it does not name, and whether a search finds a row
// that exists.
func (w *writer) tryMonitor(ctx context.Context) error {
	sent := acsmon.Fields{
		"name": w.tag + "-monitor", "type": "tcp", "host": "192.0.2.1", "port": 7, "check_interval_seconds": 3600, "timeout_ms": 4321,
		"tags": []string{w.tag}, "is_active": false,
	}
	row, err := w.create(ctx, w.client.Monitors.Fields(), "monitor", sent)
	if err != nil {
		return err
	}
	kept, err := w.keeps(ctx, w.client.Monitors.Fields(), row.ID(), sent, acsmon.Fields{"host": "192.0.2.2"})
	if err != nil {
		return err
	}
	w.keptUnnamed("/monitors", kept)
	w.finds(ctx, "/monitors", w.tag+"-monitor", row["id"])
	return nil
}

// tryDevice does the same with a device, whose credentials the server never shows. A server that
// keeps everything else also keeps them, unless a status that it does show changes.
func (w *writer) tryDevice(ctx context.Context) error {
	sent := acsmon.Fields{
		"name": w.tag + "-device", "ip_address": "192.0.2.1", "snmp_version": "2c", "snmp_community": w.tag, "poll_interval_seconds": 3600,
		"location": w.tag, "is_active": false,
	}
	row, err := w.create(ctx, w.client.Devices.Fields(), "device", sent)
	if err != nil {
		return err
	}
	kept, err := w.keeps(ctx, w.client.Devices.Fields(), row.ID(), sent, acsmon.Fields{"location": w.tag + "-moved"})
	if err != nil {
		return err
	}
	w.keptUnnamed("/devices", kept)
	w.finds(ctx, "/devices", w.tag+"-device", row["id"])
	return nil
}

// keptUnnamed records whether an update keeps what it does not name.
func (w *writer) keptUnnamed(path string, kept profile.Fact) {
	w.learn(path, func(l *profile.List) { l.KeepsUnnamed = kept })
	switch kept {
	case profile.Yes:
		w.add("trial", OK, "", "%s: an update keeps what it does not name: updates send only what changes", own(path))
	case profile.No:
		w.add("trial", Warning, "", "%s: an update does not keep what it does not name: updates send the whole row, and need each secret", own(path))
	default:
		w.add("trial", Warning, "", "%s: whether an update keeps what it does not name cannot be seen: updates send the whole row, and need each secret", own(path))
	}
}

// optional are fields that a server resets if an update replaces the row: one of them is enough to
// see it.
var optional = []string{"port", "check_interval_seconds", "timeout_ms", "tags", "poll_interval_seconds"}

// keeps sends an update of one field and reports whether all others stayed, as far as the server
// shows those that were sent.
func (w *writer) keeps(ctx context.Context, list acsmon.Collection[acsmon.Fields], id int64, sent, change acsmon.Fields) (profile.Fact, error) {
	before, err := list.Get(ctx, id)
	if err != nil {
		return profile.Unknown, err
	}
	witness := slices.ContainsFunc(optional, func(key string) bool {
		return sent[key] != nil && strings.Trim(asJSON(before[key]), `"`) == asJSON(sent[key])
	})
	if !witness {
		return profile.Unknown, nil
	}
	if _, err := list.Update(ctx, id, change); acsmon.IsInvalid(err) {
		return profile.No, nil // it wants the whole row
	} else if err != nil {
		return profile.Unknown, err
	}
	after, err := list.Get(ctx, id)
	if err != nil {
		return profile.Unknown, err
	}
	for key, value := range before {
		if _, changed := change[key]; !changed && !volatile(key) && asJSON(after[key]) != asJSON(value) {
			return profile.No, nil
		}
	}
	return profile.Yes, nil
}

// volatile reports whether the value of a key changes by itself.
func volatile(key string) bool {
	return strings.HasSuffix(key, "_at") || slices.Contains([]string{"status", "response_time_ms", "consecutive_failures"}, key)
}

func asJSON(value any) string {
	text, _ := json.Marshal(value)
	return string(text)
}

// finds learns about search from a row that is known to exist.
func (w *writer) finds(ctx context.Context, path, name string, id any) {
	found := w.searchFinds(ctx, path, name, id)
	w.learn(path, func(l *profile.List) {
		if l.SearchFinds != profile.No {
			l.SearchFinds = found
		}
	})
	w.add("trial", OK, "", "%s: search finds what is there: %s", own(path), own(w.Profile.Lists[path].SearchFinds))
}

// clear removes what was made, the last first, even if the user has cancelled the run.
func (w *writer) clear(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), removing)
	defer cancel()
	for _, s := range slices.Backward(w.made) {
		if err := s.remove(ctx); err != nil && !acsmon.IsNotFound(err) {
			w.add("trial", Failure, "remove it in the web interface", "the %s %s is left: %v", own(s.kind), own(s.name), faultOf(err))
		}
	}
	w.add("trial", OK, "", "scratch rows made: %d", len(w.made))
}

// remove deletes a row by its id. If the response to its create was lost, it deletes all rows of
// its name, which nobody else uses.
func (s scratch) remove(ctx context.Context) error {
	if s.id != 0 {
		return s.list.Delete(ctx, s.id)
	}
	rows, err := acsmon.Collect(s.list.List(ctx, acsmon.Query{}))
	for _, row := range rows {
		if name, ok := row["name"].(string); ok && converge.Trim(name) == s.name {
			err = errors.Join(err, s.list.Delete(ctx, row.ID()))
		}
	}
	return err
}
