// SPDX-License-Identifier: GPL-3.0-or-later

// Package kept keeps what a server showed in private files, so that many short runs that only read
// cost one reading. Ten templates that each look up one monitor start the executable ten times, but
// fetch the list once.
//
// Kept rows are used until they are as old as the user allows, or until a task of this user writes
// to the server. One run at a time asks the server; those that waited for it find what it kept.
//
// The package knows files and rows. It does not know which resources there are, or what is looked
// up. Code that writes must not decide from kept rows: it has package sharedlist.
package kept

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"path/filepath"
	"slices"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/exact"
	"github.com/acsmon/acsmon-ansible/internal/files"
)

// Store is what is kept of one server for one user of it.
type Store struct {
	// Dir is the private folder of the files.
	Dir string
	// For distinguishes servers and credentials.
	For string
	// Age is how long fetched rows are used.
	Age time.Duration
	// Written identifies the last write of a task of this user to the server.
	Written func() string
	// Redact takes the secrets of the connection out of a row before it is kept.
	Redact func(acsmon.Fields) acsmon.Fields
	// Lock waits until no other run has the lock of that name.
	Lock func(ctx context.Context, name string) (release func(), err error)
	// Now is the clock.
	Now func() time.Time

	loaded map[string]*answer
	oldest time.Time // of what other runs fetched
}

// format is part of the names of the files, so that a file of another format is never loaded.
const format = 1

// answer is the content of a file: what the server answered to one question.
type answer struct {
	For       string          `json:"for"` // the server, who asked, and what was asked
	Written   string          `json:"written"`
	FetchedAt time.Time       `json:"fetched_at"`
	Refused   *refusal        `json:"refused,omitempty"` // nil: there are rows
	Rows      []acsmon.Fields `json:"rows"`
}

// refusal says that the server has no such list, or refuses the question.
type refusal struct {
	Status  int    `json:"status"`
	Path    string `json:"path"`
	Message string `json:"message"`
}

// Since is when another run fetched the oldest row that this run has used; zero if all rows are the
// server's own.
func (s *Store) Since() time.Time { return s.oldest }

// Known returns the rows that are kept for a question; nil if there are none.
func (s *Store) Known(question string) []acsmon.Fields {
	if known := s.load(s.file(question)); known != nil {
		return slices.Clone(known.Rows)
	}
	return nil
}

// Rows returns the rows that are kept for a question, or fetches and keeps them. If the server has
// no such list, or refuses the question, that is kept too.
func (s *Store) Rows(ctx context.Context, question string, fetch func() ([]acsmon.Fields, error)) ([]acsmon.Fields, error) {
	found, err := s.answer(ctx, question, fetch)
	if err != nil {
		return nil, err
	}
	if r := found.Refused; r != nil {
		return nil, &acsmon.Error{Status: r.Status, Method: http.MethodGet, Path: r.Path, Message: r.Message}
	}
	return slices.Clone(found.Rows), nil
}

func (s *Store) answer(ctx context.Context, question string, fetch func() ([]acsmon.Fields, error)) (*answer, error) {
	path, key := s.file(question)
	if known := s.load(path, key); known != nil {
		return known, nil
	}
	release, err := s.Lock(ctx, path)
	if err != nil {
		return nil, err
	}
	defer release()
	if known := s.load(path, key); known != nil {
		return known, nil
	}
	fresh := s.begin(question)
	var refused *acsmon.Error
	fresh.Rows, err = fetch()
	switch {
	case errors.As(err, &refused) && (acsmon.IsNotFound(err) || acsmon.IsQueryRefused(err)):
		fresh.Refused = &refusal{refused.Status, refused.Path, refused.Message}
		fresh.Rows = nil
	case err != nil:
		return nil, err
	}
	s.keep(question, fresh)
	return fresh, nil
}

// begin is called before the server is asked: what is written from then on may be missing from its
// answer.
func (s *Store) begin(question string) *answer {
	_, key := s.file(question)
	return &answer{For: key, Written: s.Written(), FetchedAt: s.Now().UTC(), Rows: []acsmon.Fields{}}
}

// keep keeps an answer. What cannot be kept is fetched again next time.
func (s *Store) keep(question string, fresh *answer) {
	for i, row := range fresh.Rows {
		fresh.Rows[i] = s.Redact(row)
	}
	path, _ := s.file(question)
	s.remember(path, fresh)
	if encoded, err := json.Marshal(fresh); err == nil {
		_ = files.ReplacePrivate(path, encoded)
	}
}

func (s *Store) remember(path string, known *answer) {
	if s.loaded == nil {
		s.loaded = map[string]*answer{}
	}
	s.loaded[path] = known
}

// file returns the file for a question, and what its content must be for.
func (s *Store) file(question string) (path, key string) {
	asked, _ := json.Marshal([]any{format, s.For, question}) // these are texts and a number
	sum := sha256.Sum256(asked)
	key = hex.EncodeToString(sum[:])
	return filepath.Join(s.Dir, key[:32]+".json"), key
}

// load returns what a file holds. It returns nil if there is nothing usable, or if somebody else
// could have written it.
func (s *Store) load(path, key string) *answer {
	if known := s.loaded[path]; known != nil {
		return known
	}
	content, err := files.LoadOwn(path)
	if err != nil {
		return nil
	}
	known := &answer{}
	if exact.Unmarshal(content, known) != nil || known.For != key || known.Written != s.Written() {
		return nil
	}
	if age := s.Now().Sub(known.FetchedAt); age < 0 || age >= s.Age {
		return nil
	}
	if s.oldest.IsZero() || known.FetchedAt.Before(s.oldest) {
		s.oldest = known.FetchedAt
	}
	s.remember(path, known)
	return known
}
