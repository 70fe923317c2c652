// SPDX-License-Identifier: MIT

package acsmontest

import (
	"crypto/rand"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// rateWindow is how long a rate limit counts.
const rateWindow = time.Minute

// A window is Laravel's fixed window of one rate limit: it starts with the first request and lasts
// a minute, in whole seconds of the clock.
type window struct {
	limit int
	hits  int
	ends  int64 // Unix time
}

// issue makes a token for a user. The caller holds the lock, or is New.
func (s *Server) issue(userID int64) string {
	s.issued++
	token := fmt.Sprintf("%d|%s", s.issued, rand.Text()+rand.Text()[:14])
	s.tokens[token] = userID
	return token
}

// NewToken returns the token of a new user whose role has only these permission slugs, for example
// "monitors.view".
func (s *Server) NewToken(permissions ...string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.issued + 1
	return s.issue(s.addUser(fmt.Sprintf("user%d@example.com", n), "", permissions))
}

// AddUser adds an account that can log in and has only these permission slugs.
func (s *Server) AddUser(email, password string, permissions ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.addUser(email, password, permissions)
}

func (s *Server) addUser(email, password string, permissions []string) int64 {
	s.version++
	name, _, _ := strings.Cut(email, "@")
	role := s.tables["roles"].add(row{"name": "role of " + name, "permissions": slices.Clone(permissions)})
	return s.tables["users"].add(row{"name": name, "email": email, "password": password, "role_ids": []int64{role["id"].(int64)}})["id"].(int64)
}

// Revoke makes a token invalid.
func (s *Server) Revoke(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.tokens, token)
}

// tokenID is the part of a token that may be shown.
func tokenID(token string) string {
	id, secret, ok := strings.Cut(token, "|")
	if _, err := strconv.ParseInt(id, 10, 64); err != nil || !ok || secret == "" {
		return ""
	}
	return id
}

func bearer(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

// identify finds the user whose token the request carries.
func (c *call) identify() {
	c.token = bearer(c.r)
	if id, ok := c.s.tokens[c.token]; ok {
		c.user = c.s.tables["users"].row(id)
	}
}

// throttled counts the request against the limit that applies to it, and refuses the request if the
// limit is used up. Logins have a limit of their own, by address.
func (c *call) throttled(r *route) *response {
	host, _, err := net.SplitHostPort(c.r.RemoteAddr)
	if err != nil {
		host = c.r.RemoteAddr
	}
	key, limit := "address "+host, c.s.options.RateLimit
	switch {
	case r != nil && r.pattern == "auth/login":
		key, limit = "login "+host, c.s.options.LoginLimit
	case c.user != nil:
		key = "user " + strconv.FormatInt(c.user["id"].(int64), 10)
	}
	if limit <= 0 {
		return nil
	}
	now := c.s.now().Unix()
	w := c.s.limits[key]
	if w == nil || now >= w.ends {
		w = &window{ends: now + int64(rateWindow/time.Second)}
		c.s.limits[key] = w
	}
	w.limit = limit
	c.limit = w
	if w.hits < limit {
		w.hits++
		return nil
	}
	reply := c.fail(http.StatusTooManyRequests, "Too Many Attempts.")
	reply.header.Set("Retry-After", strconv.FormatInt(w.ends-now, 10))
	reply.header.Set("X-RateLimit-Reset", strconv.FormatInt(w.ends, 10))
	return reply
}

func (c *call) limitHeaders(header http.Header) {
	if c.limit == nil {
		return
	}
	header.Set("X-RateLimit-Limit", strconv.Itoa(c.limit.limit))
	header.Set("X-RateLimit-Remaining", strconv.Itoa(c.limit.limit-c.limit.hits))
}

// roleSlugs are the resources for which the vendor's page about roles has slugs of their own, by
// the segment of a route that names them. If a path has several, the last one counts.
var roleSlugs = map[string]string{
	"device-groups": "device-groups", "monitor-groups": "monitor-groups", "webhooks": "webhooks", "alert-rules": "alert-rules",
	"monitor-alert-rules": "alert-rules", "snmp-traps": "traps", "system": "system-health",
}

// checks returns the slug that the route asks for; "" if it asks for none.
func (r *route) checks(s *Server) string {
	if s.alt.Slugs == "endpoints" {
		return r.slug
	}
	_, verb, found := strings.Cut(r.slug, ".")
	for _, segment := range slices.Backward(r.segments) {
		if prefix := roleSlugs[segment]; found && prefix != "" {
			return prefix + "." + verb
		}
	}
	return r.slug
}

func init() {
	addRoute("POST", "auth/login", "", (*call).logIn).public = true
	addRoute("POST", "auth/logout", "", (*call).logOut)
	addRoute("GET", "auth/me", "", (*call).me)
}

func (c *call) logIn() *response {
	fields := []field{
		{name: "email", writable: true, required: true, format: "email"},
		{name: "password", writable: true, required: true},
	}
	input, failed := c.validateFields(fields, c.input(), true)
	if failed != nil {
		return failed
	}
	users := c.s.tables["users"]
	for _, id := range users.ids {
		user := users.row(id)
		if password, _ := user["password"].(string); password != "" && user["email"] == input["email"] && password == input["password"] {
			return c.answer(http.StatusOK, object{
				{"token", c.s.issue(id)},
				{"user", object{{"id", id}, {"name", user["name"]}, {"email", user["email"]}}},
			})
		}
	}
	if c.s.alt.LoginRefused == "401" {
		return c.fail(http.StatusUnauthorized, "Invalid credentials.")
	}
	return c.invalid([]fault422{{"email", "These credentials do not match our records."}})
}

func (c *call) logOut() *response {
	delete(c.s.tokens, c.token)
	return c.answer(http.StatusOK, object{{"message", "Logged out."}})
}

// Permissions returns all permission slugs, sorted.
func (s *Server) Permissions() []string {
	var slugs []string
	for _, r := range routes {
		if slug := r.checks(s); slug != "" && !slices.Contains(slugs, slug) {
			slugs = append(slugs, slug)
		}
	}
	slices.Sort(slugs)
	return slugs
}
