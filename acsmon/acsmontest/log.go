// SPDX-License-Identifier: MIT

package acsmontest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// A Request is one request that came to a path below /api/v1.
type Request struct {
	Time       time.Time // by the server's clock
	Method     string
	Path       string // below /api/v1: "/monitors/7"
	Query      string // as sent, without the question mark
	Token      string // the id before the | of the token, never its secret
	Body       []byte
	Status     int // of the response; 0 if none was sent
	RemoteAddr string
	Header     http.Header // Authorization is redacted
}

// String returns the request with its body as a text, for the messages of tests.
func (r Request) String() string {
	target := r.Path
	if r.Query != "" {
		target += "?" + r.Query
	}
	text := fmt.Sprintf("%s %s", r.Method, target)
	if len(r.Body) > 0 {
		text += fmt.Sprintf(" %s", r.Body)
	}
	return fmt.Sprintf("%s (%d)", text, r.Status)
}

// An AuditEntry is one change that a user made through the API.
type AuditEntry struct {
	Time   time.Time
	UserID int64
	Action string // "created", "updated", "deleted", "acknowledged", "resolved"
	Kind   string
	ID     int64
	Note   string // of an acknowledgement or a resolution
}

func (s *Server) record(x *exchange) *Request {
	header := x.r.Header.Clone()
	if header.Get("Authorization") != "" {
		header.Set("Authorization", "REDACTED")
	}
	entry := &Request{
		Time: s.now(), Method: x.r.Method, Path: x.path, Query: x.r.URL.RawQuery,
		Token: tokenID(bearer(x.r)), Body: x.body, RemoteAddr: x.r.RemoteAddr, Header: header,
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, entry)
	return entry
}

func (s *Server) noteStatus(entry *Request, status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	entry.Status = status
}

// Requests returns all requests since the start or since ResetRequests, in the order in which they
// came.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	requests := make([]Request, len(s.asked))
	for i, r := range s.asked {
		requests[i] = *r
		requests[i].Body = bytes.Clone(r.Body)
		requests[i].Header = r.Header.Clone()
	}
	return requests
}

// Writes returns the requests that might have changed something: POST, PUT and DELETE, refused ones
// included, but not login and logout.
func (s *Server) Writes() []Request {
	return slices.DeleteFunc(s.Requests(), func(r Request) bool { return !r.isWrite() })
}

func (r *Request) isWrite() bool {
	return r.Method != http.MethodGet && r.Method != http.MethodHead && !strings.HasPrefix(r.Path, "/auth/")
}

// ResetRequests forgets the requests so far.
func (s *Server) ResetRequests() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = nil
}

// AuditLog returns every change that was made through the API, the oldest first.
func (s *Server) AuditLog() []AuditEntry {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.audit)
}

// changed records the change of a row.
func (c *call) changed(r *resource, action string, values row, note string) {
	c.s.version++
	c.s.audit = append(c.s.audit, AuditEntry{
		Time: c.s.now(), UserID: c.user["id"].(int64), Action: action, Kind: r.kind, ID: values["id"].(int64), Note: note,
	})
}

// serveOther answers requests that are not for the API: the login page of the web interface, and
// for demonstrations GET /_sandbox/requests and POST /_sandbox/reset, which show and forget the
// requests so far and need no token.
func (s *Server) serveOther(w http.ResponseWriter, r *http.Request) {
	switch r.Method + " " + r.URL.Path {
	case "GET /_sandbox/requests":
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(s.summary())
	case "POST /_sandbox/reset":
		s.ResetRequests()
		w.WriteHeader(http.StatusNoContent)
	case "GET " + s.options.Prefix + "/login", "GET " + s.options.Prefix + "/":
		x := exchange{s: s, w: w, r: r, entry: &Request{}, reply: htmlPage(http.StatusOK, loginPage)}
		x.write()
	default:
		x := exchange{s: s, w: w, r: r, entry: &Request{}, reply: errorPage(http.StatusNotFound)}
		x.write()
	}
}

// A summary is what /_sandbox/requests shows of a request: no body and no headers.
type summary struct {
	Count    int              `json:"count"`
	Writes   int              `json:"writes"`
	Requests []summaryRequest `json:"requests"`
}

type summaryRequest struct {
	Time   time.Time `json:"time"`
	Method string    `json:"method"`
	Path   string    `json:"path"`
	Query  string    `json:"query"`
	Token  string    `json:"token"`
	Status int       `json:"status"`
}

func (s *Server) summary() summary {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := summary{Count: len(s.asked), Requests: []summaryRequest{}}
	for _, r := range s.asked {
		if r.isWrite() {
			all.Writes++
		}
		all.Requests = append(all.Requests, summaryRequest{r.Time, r.Method, r.Path, r.Query, r.Token, r.Status})
	}
	return all
}
