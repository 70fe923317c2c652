// SPDX-License-Identifier: GPL-3.0-or-later

package sharedlist

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/exact"
	"github.com/acsmon/acsmon-ansible/internal/files"
	"github.com/acsmon/acsmon-ansible/internal/folders"
)

// state is what the runs of a task know of one list. Its file is one line of JSON, followed by a
// line for each row. A row stays text until it is wanted: a run wants at most one of a thousand.
type state struct {
	// Generation is the generation of the server's lists when this was written.
	Generation string `json:"generation"`
	// Searches counts the searches so far.
	Searches int `json:"searches"`
	// Pages is how many requests the whole list costs; 0: not known.
	Pages int `json:"pages"`
	// Fetched is when the whole list was fetched; zero: it was not.
	Fetched time.Time `json:"fetched,omitzero"`
	// Proved is when it was last proved that there are no other rows.
	Proved time.Time `json:"proved,omitzero"`
	// Singles are rows that were fetched one by one, because others refer to them.
	Singles []single `json:"singles,omitempty"`

	// lines are the rows of the whole list, with what this task wrote.
	lines []line
}

// single is a row that was fetched alone.
type single struct {
	Row     acsmon.Fields `json:"row"`
	Fetched time.Time     `json:"fetched"`
}

// line is a row as the file holds it.
type line struct {
	id      int64
	written bool // by this task, and not fetched since
	row     []byte
}

func (s *state) whole() bool { return !s.Fetched.IsZero() }

// find returns the position of a row among the lines; -1 if it is not there.
func (s *state) find(id int64) int {
	for i, line := range s.lines {
		if line.id == id {
			return i
		}
	}
	return -1
}

func newLine(row acsmon.Fields, written bool) line {
	text, err := exact.Marshal(row, "") // a search looks at the text
	if err != nil {
		return line{}
	}
	return line{row.ID(), written, bytes.TrimSpace(text)}
}

func (l line) parse() (acsmon.Fields, error) {
	var row acsmon.Fields
	err := exact.Unmarshal(l.row, &row)
	return row, err
}

// mayMatch reports whether a search for the term can find the row. If JSON writes the term as it
// is, mayMatch looks at the text first.
func (l line) mayMatch(term string) bool {
	plain := !strings.ContainsFunc(term, func(r rune) bool { return r < ' ' || strings.ContainsRune("\"\\\u2028\u2029\uFFFD", r) })
	if plain && !bytes.Contains(bytes.ToLower(l.row), []byte(strings.ToLower(term))) {
		return false
	}
	row, err := l.parse()
	return err != nil || row.MayMatch(term)
}

const writtenMark = "*"

// encode writes the line of the file: the id, the mark of a row that this task wrote, and the row.
func (l line) encode(text *bytes.Buffer) {
	text.WriteString(strconv.FormatInt(l.id, 10))
	if l.written {
		text.WriteString(writtenMark)
	}
	text.WriteByte(' ')
	text.Write(l.row)
	text.WriteByte('\n')
}

func parseLine(text []byte) (line, bool) {
	label, row, ok := bytes.Cut(text, []byte(" "))
	number, written := strings.CutSuffix(string(label), writtenMark)
	id, err := strconv.ParseInt(number, 10, 64)
	return line{id, written, row}, ok && err == nil
}

// parseState parses a file; it returns nil if the file is damaged.
func parseState(content []byte) *state {
	head, rest, _ := bytes.Cut(content, []byte("\n"))
	var s state
	if exact.Unmarshal(head, &s) != nil {
		return nil
	}
	for text := range bytes.Lines(rest) {
		line, ok := parseLine(bytes.TrimSuffix(text, []byte("\n")))
		if !ok || !bytes.HasSuffix(text, []byte("}\n")) { // only a part was written
			return nil
		}
		s.lines = append(s.lines, line)
	}
	return &s
}

func (s *state) encode() ([]byte, error) {
	head, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	text := bytes.NewBuffer(append(head, '\n'))
	for _, line := range s.lines {
		line.encode(text)
	}
	return text.Bytes(), nil
}

const suffix = ".list"

// forgetAfter is how long the file of a task that is over stays after its last use.
const forgetAfter = 10 * time.Minute

// path is where the state of a list is kept.
func (l *Lists) path(list string) string {
	return l.file(strings.Join([]string{l.Identity, l.Task, list}, "\x00"), suffix)
}

func (l *Lists) file(name, suffix string) string {
	return filepath.Join(l.Dir, folders.FileName(name)+suffix)
}

// load returns what is known of a list: nothing if the file is missing, damaged or of another
// generation.
func (l *Lists) load(list string) *state {
	content, err := os.ReadFile(l.path(list))
	if err != nil {
		return &state{}
	}
	s := parseState(content)
	if s == nil || s.Generation != l.generation() {
		return &state{}
	}
	return s
}

// save replaces the file of a list. What cannot be saved is not shared, so that the next run asks
// the server.
func (l *Lists) save(list string, s *state) {
	s.Generation = l.generation()
	content, err := s.encode()
	if err == nil {
		err = files.ReplaceShortLived(l.path(list), content)
	}
	if err != nil {
		l.forget(list)
	}
}

// forget removes what is known of a list.
func (l *Lists) forget(list string) { _ = os.Remove(l.path(list)) }

// forgetAll removes what any task knows of any list.
func (l *Lists) forgetAll() {
	paths, _ := filepath.Glob(filepath.Join(l.Dir, "*"+suffix))
	for _, path := range paths {
		_ = os.Remove(path)
	}
}

// clean removes the files of tasks that are over.
func (l *Lists) clean() { files.RemoveOld(l.Dir, suffix, l.Now().Add(-forgetAfter)) }

// generation identifies the last change of the server's lists by a task of this user.
func (l *Lists) generation() string {
	content, _ := os.ReadFile(l.file(l.Origin, ".generation"))
	return string(content)
}

// Written identifies the last write to the server by any task of this user. It is empty if there
// was none, or if that is not known.
func (l *Lists) Written() string {
	if l == nil {
		return ""
	}
	content, _ := os.ReadFile(l.file(l.Origin, ".written"))
	return string(content)
}

// Wrote says that this task has written to the server. What other tasks know of its lists is then
// no longer valid. If that cannot be recorded, as on a full disk, nothing stays shared.
func (l *Lists) Wrote() {
	if l == nil {
		return
	}
	if last := l.file(l.Origin, ".written"); files.ReplaceShortLived(last, []byte(rand.Text())) != nil {
		_ = os.Remove(last)
	}
	task, _, _ := strings.Cut(l.generation(), " ")
	if l.Task != "" && task == l.Task {
		return
	}
	path, content := l.file(l.Origin, ".generation"), l.Task+" "+l.Now().UTC().Format(time.RFC3339Nano)
	if files.ReplaceShortLived(path, []byte(content)) != nil {
		_ = os.Remove(path)
		l.forgetAll()
	}
}
