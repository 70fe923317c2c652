// SPDX-License-Identifier: GPL-3.0-or-later

// Package uploads lets the runs of one user know what content one of them has uploaded: the server
// may not show it, and then nothing could be compared. It owns a note for each list, which is read
// and written under a lock. It knows ids and digests, but no resource.
package uploads

import (
	"encoding/json"
	"strconv"

	"github.com/acsmon/acsmon-ansible/internal/lock"
)

// List is what was uploaded to one list of one server.
type List struct{ origin, list string }

// In returns what was uploaded to the list of that path on the server of that origin.
func In(origin, list string) *List { return &List{origin, list} }

// upload is what one run has uploaded, and what the server then showed of it.
type upload struct {
	Digest string `json:"digest"`
	Shown  string `json:"shown,omitempty"`
}

// Digest returns the digest of the content of the resource of that id, of which the server shows
// this much; "" if it is not known. What was uploaded counts as long as the server shows the same
// of it: then nobody has replaced it.
func (l *List) Digest(id int64, shown string) string {
	if known := l.load()[strconv.FormatInt(id, 10)]; known.Digest != "" && known.Shown == shown {
		return known.Digest
	}
	return shown
}

// Add records what was uploaded as the resource of that id, and what the server shows of it. If
// that cannot be written, other runs only know what the server shows.
func (l *List) Add(id int64, digest, shown string) {
	known := l.load()
	known[strconv.FormatInt(id, 10)] = upload{digest, shown}
	l.save(known)
}

// Remove records that the resource is gone.
func (l *List) Remove(id int64) {
	known := l.load()
	if _, ok := known[strconv.FormatInt(id, 10)]; ok {
		delete(known, strconv.FormatInt(id, 10))
		l.save(known)
	}
}

func (l *List) save(known map[string]upload) {
	if content, err := json.Marshal(known); err == nil {
		_ = lock.Leave(l.note(), content)
	}
}

func (l *List) load() map[string]upload {
	var known map[string]upload
	if json.Unmarshal(lock.Note(l.note()), &known) != nil || known == nil {
		return map[string]upload{}
	}
	return known
}

func (l *List) note() string { return "uploaded to " + l.origin + l.list }
