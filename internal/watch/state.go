// SPDX-License-Identifier: GPL-3.0-or-later

package watch

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"github.com/acsmon/acsmon-ansible/internal/alerts"
	"github.com/acsmon/acsmon-ansible/internal/exact"
	"github.com/acsmon/acsmon-ansible/internal/files"
	"github.com/acsmon/acsmon-ansible/internal/folders"
	"github.com/acsmon/acsmon-ansible/internal/settings"
)

// State is what has been reported so far: the alerts that are not resolved, each with the status
// that was reported last.
type State struct {
	path    string
	server  string
	fresh   bool // there is no file yet
	alerts  map[string]entry
	unsaved bool
	savedAt time.Time
}

// saveEvery keeps thousands of lines from causing thousands of files.
const saveEvery = time.Second

type entry struct {
	Status  string    `json:"status"`
	Since   time.Time `json:"since,omitzero"`    // when it was reported that it opened
	Overdue bool      `json:"overdue,omitempty"` // that was reported, or must not be
	alerts.Alert
}

// overdue reports whether an alert has been open for so long that this must be reported.
func (e entry) overdue(after time.Duration) bool {
	return e.Status == alerts.Open && !e.Overdue && time.Since(e.Since) >= after
}

// saved is the content of the file. It holds no secret.
type saved struct {
	Format int              `json:"format"`
	Server string           `json:"server"`
	Alerts map[string]entry `json:"alerts"`
}

// format is the version of the file's form. A program that does not know it must not guess.
const format = 1

// loadState loads the state of a server, given by its origin, from a file. If there is no file yet,
// the state is fresh.
func loadState(path, server string) (*State, error) {
	s := &State{path: path, server: server, alerts: map[string]entry{}}
	content, err := files.LoadOwn(path)
	if errors.Is(err, fs.ErrNotExist) {
		s.fresh = true
		return s, nil
	}
	if err != nil {
		return nil, fmt.Errorf("the state cannot be read: %w", err)
	}
	var kept saved
	if err := exact.Unmarshal(content, &kept); err != nil || kept.Format != format {
		return nil, fmt.Errorf("%s is not a state file of acsmon watch: name another file with --state, or remove it to start anew", path)
	}
	if kept.Server != server {
		return nil, fmt.Errorf("%s is the state file of %q, not of %s: name another file with --state", path, kept.Server, server)
	}
	for key, known := range kept.Alerts {
		if key == Key(known.Alert) {
			s.alerts[key] = known
		}
	}
	return s, nil
}

// follow records a change that was reported.
func (s *State) follow(change string, alert alerts.Alert) {
	s.unsaved = true
	key := Key(alert)
	known := s.alerts[key]
	known.Alert = alert
	switch change {
	case Opened:
		if known.Status != alerts.Open { // it is not a repetition
			known.Status, known.Since, known.Overdue = alerts.Open, time.Now().UTC(), false
		}
	case Acknowledged:
		known.Status = alerts.Acknowledged
	case Overdue:
		known.Overdue = true
	default:
		s.forget(key)
		return
	}
	s.alerts[key] = known
}

func (s *State) forget(key string) {
	s.unsaved = true
	delete(s.alerts, key)
}

// saveSoon saves, unless that was done within the last second.
func (s *State) saveSoon() error {
	if time.Since(s.savedAt) < saveEvery {
		return nil
	}
	return s.save()
}

// save saves what is not saved yet.
func (s *State) save() error {
	if !s.unsaved {
		return nil
	}
	content, err := json.Marshal(saved{format, s.server, s.alerts})
	if err == nil {
		err = files.ReplacePrivate(s.path, append(content, '\n'))
	}
	if err != nil {
		return fmt.Errorf("the state cannot be saved: %w; name another file with --state", err)
	}
	s.unsaved, s.savedAt = false, time.Now()
	return nil
}

// defaultPath is where the state is kept if no file is named. There is a file for each server,
// identity and choice of alerts, so that two rulebooks do not disturb each other.
func defaultPath(connection *settings.Connection, told ...any) (string, error) {
	folder, err := folders.State()
	if err != nil {
		return "", errors.New("there is no folder for the state: set HOME or XDG_STATE_HOME, or name a file with --state")
	}
	watched, err := json.Marshal([]any{connection.Origin(), connection.Identity(), told})
	if err != nil {
		return "", err
	}
	return filepath.Join(folder, "watch", folders.FileName(string(watched))+".json"), nil
}
