// SPDX-License-Identifier: GPL-3.0-or-later

package inventory

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/exact"
	"github.com/acsmon/acsmon-ansible/internal/files"
	"github.com/acsmon/acsmon-ansible/internal/folders"
	"github.com/acsmon/acsmon-ansible/internal/settings"
)

// cacheFormat is part of the name of the file, so that a file of another format is never loaded.
const cacheFormat = 3

// cached is the content of a cache file: the server's rows as they came, without secrets.
type cached struct {
	For       string    `json:"for"` // the server, who asked, and what was asked
	FetchedAt time.Time `json:"fetched_at"`
	Rows      *lists    `json:"rows"`
}

// answers are rows, and what must be said about them.
type answers struct {
	Rows     *lists   `json:"rows"`
	Stale    *stale   `json:"stale,omitempty"` // nil: they are the server's own, or no older than the settings allow
	Warnings []string `json:"warnings,omitempty"`
}

// stale is why old rows are used.
type stale struct {
	FetchedAt time.Time `json:"fetched_at"`
	Reason    string    `json:"reason"` // one sentence, without secrets
}

func (s *stale) since() string { return s.FetchedAt.UTC().Format(time.RFC3339) }

func (s *stale) warning() string {
	return fmt.Sprintf("the inventory is as of %s, because the server could not be asked: %s", s.since(), s.Reason)
}

// source is where the rows come from.
type source struct {
	connection *settings.Connection
	settings   *Settings
	refresh    bool
	now        func() time.Time
	late       *warnings // those that arise while the server is asked
}

// rows returns the cached rows if they are recent enough, else the server's. One process at a time
// asks the server; the processes that waited for it then find its rows in the cache.
func (s source) rows(ctx context.Context, q query) (*answers, error) {
	ctx = acsmon.WithWaitBudget(ctx, s.connection.MaxWait)
	if s.settings.timeout() == 0 && s.settings.CacheStale == 0 {
		r, err := s.ask(ctx, q)
		return &answers{Rows: r}, err
	}
	file, err := cacheOf(s.connection, q)
	if err != nil {
		r, failure := s.ask(ctx, q)
		return &answers{Rows: r, Warnings: []string{folders.NotKept(err)}}, failure
	}
	started := s.now()
	if kept := s.usable(file, started); kept != nil {
		return &answers{Rows: kept.Rows}, nil
	}
	release, err := s.connection.Lock(ctx, file.path)
	if err != nil {
		return s.outdated(file, err)
	}
	defer release()
	if kept := s.usable(file, started); kept != nil {
		return &answers{Rows: kept.Rows}, nil
	}
	r, err := s.ask(ctx, q)
	if err != nil {
		return s.outdated(file, err)
	}
	found := &answers{Rows: r}
	if err := file.replace(cached{FetchedAt: s.now().UTC(), Rows: r}); err != nil {
		found.Warnings = []string{folders.NotKept(err)}
	}
	return found, nil
}

// ask fetches the server's lists.
func (s source) ask(ctx context.Context, q query) (*lists, error) {
	client, err := s.connection.Client()
	if err != nil {
		return nil, err
	}
	defer client.CloseIdleConnections()
	found, err := fetch(ctx, client, q)
	if err != nil {
		return nil, err
	}
	for _, list := range [][]acsmon.Fields{found.Devices, found.Monitors, found.AlertEvents, found.MonitorEvents} {
		for i, row := range list { // before it is used or cached
			list[i] = q.SecretKeys.HideInRow(s.connection.RedactRow(row))
		}
	}
	return found, nil
}

// usable returns the cached rows that are within cache_timeout, or that were fetched after this run
// started.
func (s source) usable(file cacheFile, started time.Time) *cached {
	kept, now := file.load(), s.now()
	switch {
	case kept == nil || kept.FetchedAt.After(now):
		return nil
	case kept.FetchedAt.After(started), !s.refresh && within(kept.FetchedAt, now, s.settings.timeout()):
		return kept
	}
	return nil
}

// outdated returns cached rows up to cache_stale older than cache_timeout, if the server is away.
func (s source) outdated(file cacheFile, failure error) (*answers, error) {
	kept := file.load()
	if s.settings.CacheStale == 0 || !away(failure) || kept == nil ||
		!within(kept.FetchedAt, s.now(), s.settings.timeout()+s.settings.CacheStale) {
		return nil, failure
	}
	old := &stale{kept.FetchedAt, s.connection.Redact(s.connection.Explain(failure).Error())}
	return &answers{Rows: kept.Rows, Stale: old, Warnings: []string{old.warning()}}, nil
}

func within(fetched, now time.Time, seconds int64) bool {
	age := now.Sub(fetched)
	return age >= 0 && age < time.Duration(seconds)*time.Second
}

// away reports whether the server could not be asked, in contrast to having refused.
func away(err error) bool {
	var e *acsmon.Error
	return errors.As(err, &e) && (e.Status == 0 || e.Status == 429 || e.Status >= 500 || acsmon.IsBroken(err)) && !errors.Is(err, context.Canceled)
}

// cacheFile is where rows are cached, and for what.
type cacheFile struct{ path, key string }

// cacheOf returns the file for everything on which the rows depend: the server, who asks, what is
// asked, and the format.
func cacheOf(connection *settings.Connection, q query) (cacheFile, error) {
	folder, err := folders.Cache()
	if err != nil {
		return cacheFile{}, err
	}
	key := cacheKey(connection, q)
	return cacheFile{filepath.Join(folder, "inventory", folders.FileName(key)+".json"), key}, nil
}

// cacheKey differs if anything differs on which the rows depend. It reveals no secret.
func cacheKey(connection *settings.Connection, q query) string {
	asked, _ := json.Marshal([]any{cacheFormat, connection.Origin(), connection.Identity(), q}) // these are texts and numbers
	sum := sha256.Sum256(asked)
	return hex.EncodeToString(sum[:])
}

// load returns what the file holds. It returns nil if the file cannot be read, if somebody else
// could have written it, or if it is for something else.
func (f cacheFile) load() *cached {
	content, err := files.LoadOwn(f.path)
	if err != nil {
		return nil
	}
	kept := &cached{}
	if exact.Unmarshal(content, kept) != nil || kept.Rows == nil || kept.For != f.key {
		return nil
	}
	return kept
}

// keptFor is how long a file that nobody refreshes stays: longer than answers usually serve.
const keptFor = 30 * 24 * time.Hour

// replace writes the file in one step, so that nobody loads half of it, and removes old ones.
func (f cacheFile) replace(content cached) error {
	content.For = f.key
	encoded, err := json.Marshal(content)
	if err != nil {
		return err
	}
	files.RemoveOld(filepath.Dir(f.path), ".json", time.Now().Add(-keptFor))
	return files.ReplacePrivate(f.path, encoded)
}
