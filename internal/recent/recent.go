// SPDX-License-Identifier: GPL-3.0-or-later

// Package recent lets the runs of one user know what one of them has just created: the server's
// list may not show it yet, and another run would create it again. It owns a note for each server,
// which is read and written under a lock. It knows identities and ids, but no resource.
package recent

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/acsmon/acsmon-ansible/internal/folders"
	"github.com/acsmon/acsmon-ansible/internal/lock"
)

// keptFor is how long a list may take to show a new resource.
const keptFor = time.Minute

// List is what was created in one list of one server.
type List struct{ origin, list string }

// In returns what was created in the list of that path on the server of that origin.
func In(origin, list string) *List { return &List{origin, list} }

// entry is one resource. Instead of its list and its identity it holds digests, which reveal
// nothing.
type entry struct {
	Key     string    `json:"key"`
	List    string    `json:"list"`
	ID      int64     `json:"id"`
	Created time.Time `json:"created"`
}

// IDs returns the ids of the resources that were created with this identity in the last minute.
func (l *List) IDs(identity string) []int64 {
	var ids []int64
	for _, e := range l.load() {
		if e.Key == l.key(identity) {
			ids = append(ids, e.ID)
		}
	}
	return ids
}

// Add records that a resource was created. If that cannot be written, other runs only know what the
// server shows.
func (l *List) Add(identity string, id int64) {
	l.save(append(l.load(), entry{l.key(identity), l.key(""), id, time.Now()}))
}

// Remove records that a resource is gone.
func (l *List) Remove(id int64) {
	known := l.load()
	rest := slices.DeleteFunc(slices.Clone(known), func(e entry) bool { return e.List == l.key("") && e.ID == id })
	if len(rest) < len(known) {
		l.save(rest)
	}
}

func (l *List) save(entries []entry) {
	if content, err := json.Marshal(entries); err == nil {
		_ = lock.Leave(l.note(), content)
	}
}

// load returns the entries that are no older than keptFor.
func (l *List) load() []entry {
	var entries []entry
	if json.Unmarshal(lock.Note(l.note()), &entries) != nil {
		return nil
	}
	return slices.DeleteFunc(entries, func(e entry) bool {
		age := time.Since(e.Created)
		return age > keptFor || age < -keptFor || e.ID <= 0
	})
}

func (l *List) note() string { return "created on " + l.origin }

func (l *List) key(identity string) string { return folders.FileName(l.list, identity) }
