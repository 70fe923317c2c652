// SPDX-License-Identifier: MIT

package acsmontest

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"
)

// maxBody is PHP's usual post_max_size.
const maxBody = 8 << 20

// A TB is the part of testing.TB that Start needs; commands need not link testing.
type TB interface {
	Helper()
	Cleanup(func())
	Fatalf(format string, args ...any)
}

// A Server is an ACS Monitor in memory. It is safe for concurrent use.
type Server struct {
	// URL is the base URL, Prefix included, without /api/v1. Until the server
	// listens it names a host that only Dial reaches.
	URL string

	// Token is a token of an administrator.
	Token string

	options Options
	alt     Alternatives // options.Alternatives with the defaults filled in
	web     *http.Server
	pipes   pipeListener
	closed  chan struct{}
	once    sync.Once // closes closed

	mu      sync.Mutex
	started time.Time // by the server's clock
	version int       // grows with every change of a row
	tables  map[string]*table
	tokens  map[string]int64 // token to user id
	issued  int64            // how many tokens there ever were
	limits  map[string]*window
	jobs    []job
	results map[int64][]result // of monitors, oldest first
	outcome map[int64][]string // what the next checks of a monitor find
	found   map[string][]int64 // selections of lists, for one version
	foundAt int                // that version
	faults  []*fault
	asked   []*Request
	audit   []AuditEntry
}

// New makes a server that does not listen: use it as an http.Handler, or reach
// it with Dial, or let it Listen. An alternative that does not exist panics.
func New(o Options) *Server {
	if o.Now == nil {
		o.Now = time.Now
	}
	o.Prefix = strings.TrimRight("/"+strings.Trim(o.Prefix, "/"), "/")
	s := &Server{
		options: o,
		alt:     o.Alternatives.complete(),
		tables:  map[string]*table{},
		tokens:  map[string]int64{},
		limits:  map[string]*window{},
		results: map[int64][]result{},
		outcome: map[int64][]string{},
		closed:  make(chan struct{}),
		URL:     "http://acsmon.test" + o.Prefix,
	}
	s.web = &http.Server{Handler: s}
	s.started = s.now()
	for _, r := range resources {
		s.tables[r.kind] = newTable(r, o.Seed)
	}
	if s.alt.Events != "apart" {
		s.tables["monitor-events"] = s.tables["alert-events"]
	}
	s.seedFleet()
	s.Token = s.issue(s.seedUsers())
	return s
}

// Start gives a server that listens on a loopback port until the test ends.
func Start(tb TB, o Options) *Server {
	tb.Helper()
	s := New(o)
	if err := s.Listen(""); err != nil {
		tb.Fatalf("acsmontest: %v", err)
	}
	tb.Cleanup(func() { s.Close() })
	return s
}

// Listen starts to serve on a TCP address in the background, on a loopback
// port of the system's choice when addr is empty, and sets URL.
func (s *Server) Listen(addr string) error {
	l, err := net.Listen("tcp", cmp.Or(addr, "127.0.0.1:0"))
	if err != nil {
		return err
	}
	s.URL = "http://" + l.Addr().String() + s.options.Prefix
	go s.web.Serve(l)
	return nil
}

// Close stops listening and ends all connections and delays.
func (s *Server) Close() error {
	s.once.Do(func() { close(s.closed) })
	return s.web.Close()
}

// Dial gives a connection to the server that exists in memory only, whatever
// the address: real HTTP without a socket, which also works on the fake time
// of a testing/synctest bubble. It fits http.Transport.DialContext.
func (s *Server) Dial(ctx context.Context, network, addr string) (net.Conn, error) {
	return s.pipes.dial(ctx, func(l net.Listener) { s.web.Serve(l) })
}

// now is the server's clock.
func (s *Server) now() time.Time { return s.options.Now().UTC() }

// A response is an answer before it is written.
type response struct {
	status int
	header http.Header
	body   []byte
	page   *page // what a list served
}

// An exchange is one request on its way through the server.
type exchange struct {
	s     *Server
	w     http.ResponseWriter
	r     *http.Request
	path  string // under /api/v1, "/monitors/7"
	body  []byte
	entry *Request
	reply *response
}

// ServeHTTP answers one request: the path of every request from top to bottom.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path, isAPI := strings.CutPrefix(r.URL.EscapedPath(), s.options.Prefix+"/api/v1/")
	if !isAPI {
		s.serveOther(w, r)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		http.Error(w, "Content Too Large", http.StatusRequestEntityTooLarge)
		return
	}
	x := &exchange{s: s, w: w, r: r, path: "/" + strings.TrimRight(path, "/"), body: body}
	x.entry = s.record(x)
	if !s.sleep(s.options.Latency) {
		return
	}
	effect := s.strike(x)
	if effect.do != nil && !effect.late && effect.do(x) {
		return
	}
	x.reply = s.process(x)
	if effect.do != nil && effect.late && effect.do(x) {
		return
	}
	x.write()
}

// process runs the request through what Laravel's middleware and controllers
// do, and gives the answer.
func (s *Server) process(x *exchange) *response {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	c := &call{s: s, r: x.r, query: x.r.URL.Query(), raw: x.body}
	c.identify()
	route, allowed := findRoute(x.r.Method, x.path, c)
	reply := c.throttled(route)
	if reply == nil {
		reply = c.dispatch(x.path, route, allowed)
	}
	reply = c.guest(reply)
	c.limitHeaders(reply.header)
	return reply
}

// dispatch answers a request that the rate limit let through.
func (c *call) dispatch(path string, route *route, allowed []string) *response {
	switch {
	case route == nil && allowed == nil:
		return c.fail(http.StatusNotFound, "The route api/v1%s could not be found.", path)
	case route == nil:
		reply := c.fail(http.StatusMethodNotAllowed, "The %s method is not supported for route api/v1%s. Supported methods: %s.",
			c.r.Method, path, strings.Join(allowed, ", "))
		reply.header.Set("Allow", strings.Join(allowed, ", "))
		return reply
	case route.public:
		return route.handle(c)
	case c.user == nil:
		return c.fail(http.StatusUnauthorized, "Unauthenticated.")
	case route.slug != "" && !c.may(route.slug):
		return c.fail(http.StatusForbidden, "This action is unauthorized.")
	}
	return route.handle(c)
}

// write sends the answer.
func (x *exchange) write() {
	x.writeHeader(x.reply.status, x.reply.header, len(x.reply.body))
	if x.r.Method != http.MethodHead {
		x.w.Write(x.reply.body)
	}
}

// writeHeader sends the head of an answer; a length below 0 is not stated.
func (x *exchange) writeHeader(status int, header http.Header, length int) {
	for name, values := range header {
		x.w.Header()[name] = values
	}
	x.w.Header().Set("Date", x.s.now().Format(http.TimeFormat))
	if length >= 0 && status != http.StatusNoContent {
		x.w.Header().Set("Content-Length", strconv.Itoa(length))
	}
	x.s.noteStatus(x.entry, status)
	x.w.WriteHeader(status)
}

// A call is what a route's handler gets: the request as Laravel shows it.
type call struct {
	s     *Server
	r     *http.Request
	raw   []byte
	query url.Values
	path  params
	user  row // nil for a guest
	token string
	limit *window // the rate limit that applied
}

// params are the ids in a path by the names of their placeholders.
type params map[string]int64

// A route is one method and path pattern of the API.
type route struct {
	method, pattern string
	slug            string // the permission that it needs; empty means any user
	public          bool   // no user needed
	handle          func(c *call) *response

	segments []string
}

var routes []*route

func addRoute(method, pattern, slug string, handle func(c *call) *response) *route {
	r := &route{method: method, pattern: pattern, slug: slug, handle: handle, segments: strings.Split(pattern, "/")}
	routes = append(routes, r)
	return r
}

// findRoute looks up the route of a request and notes the ids of its path.
// Without one it gives the methods that the path has.
func findRoute(method, path string, c *call) (found *route, allowed []string) {
	segments := strings.Split(strings.Trim(path, "/"), "/")
	for _, r := range routes {
		ids, ok := match(r.segments, segments)
		if !ok || r.absent(c.s) {
			continue
		}
		if r.method == method || r.method == http.MethodGet && method == http.MethodHead {
			c.path = ids
			return r, nil
		}
		allowed = append(allowed, r.method)
		if r.method == http.MethodGet {
			allowed = append(allowed, http.MethodHead)
		}
	}
	return nil, allowed
}

func match(pattern, segments []string) (params, bool) {
	if len(pattern) != len(segments) {
		return nil, false
	}
	var ids params
	for i, p := range pattern {
		if !strings.HasPrefix(p, "{") {
			if p != segments[i] {
				return nil, false
			}
			continue
		}
		if ids == nil {
			ids = params{}
		}
		id, err := strconv.ParseInt(segments[i], 10, 64)
		if err != nil || id <= 0 {
			id = -1 // no row has it
		}
		ids[strings.Trim(p, "{}")] = id
	}
	return ids, true
}

// absent reports whether an alternative leaves the route out.
func (r *route) absent(s *Server) bool {
	return s.alt.Events == "one-list" && r.segments[0] == "monitor-events" ||
		s.alt.DeviceAlerts == "absent" && r.pattern == "devices/{id}/alerts"
}

// answer is a JSON answer.
func (c *call) answer(status int, v any) *response {
	e := encoder{alt: &c.s.alt}
	e.value(v)
	return answerRaw(status, e.buf)
}

func answerRaw(status int, body []byte) *response {
	return &response{status: status, body: body, header: http.Header{
		"Content-Type":  {"application/json"},
		"Cache-Control": {"no-cache, private"},
	}}
}

// fail is an error answer that has only a message.
func (c *call) fail(status int, format string, args ...any) *response {
	return c.answer(status, object{{"message", fmt.Sprintf(format, args...)}})
}

// guest turns an error into what Laravel gives to a client that did not ask
// for JSON.
func (c *call) guest(reply *response) *response {
	if reply.status < 400 || wantsJSON(c.r) {
		return reply
	}
	redirect := c.s.alt.Guest == "redirect"
	switch {
	case redirect && reply.status == http.StatusUnauthorized:
		return redirectTo(c.base() + "/login")
	case redirect && reply.status == http.StatusUnprocessableEntity:
		return redirectTo(cmp.Or(c.r.Referer(), c.base()))
	}
	page := errorPage(reply.status)
	for name, values := range reply.header {
		if name != "Content-Type" {
			page.header[name] = values
		}
	}
	return page
}

// wantsJSON is Laravel's Request::wantsJson.
func wantsJSON(r *http.Request) bool {
	first, _, _ := strings.Cut(r.Header.Get("Accept"), ",")
	return strings.Contains(first, "/json") || strings.Contains(first, "+json")
}

func redirectTo(target string) *response {
	return &response{status: http.StatusFound, header: http.Header{
		"Content-Type": {"text/html; charset=utf-8"},
		"Location":     {target},
	}, body: []byte("<!DOCTYPE html>\n<html><head><title>Redirecting to " + target + "</title></head></html>\n")}
}

func errorPage(status int) *response {
	title := http.StatusText(status)
	return htmlPage(status, "<!DOCTYPE html>\n<html lang=\"en\"><head><title>"+title+"</title></head><body><div>"+
		strconv.Itoa(status)+"</div><div>"+title+"</div></body></html>\n")
}

func htmlPage(status int, page string) *response {
	return &response{status: status, header: http.Header{"Content-Type": {"text/html; charset=utf-8"}}, body: []byte(page)}
}

// loginPage is what the web interface shows to a browser.
const loginPage = "<!DOCTYPE html>\n<html lang=\"en\"><head><title>Log in - ACS Monitor</title></head>" +
	"<body><form method=\"post\"><input name=\"email\"><input name=\"password\" type=\"password\"></form></body></html>\n"

// base is the URL under which the client reached the server.
func (c *call) base() string {
	scheme := "http"
	if c.r.TLS != nil {
		scheme = "https"
	}
	return scheme + "://" + c.r.Host + c.s.options.Prefix
}

// input is the request's body as Laravel's middleware leaves it: read only
// when it is declared as JSON, strings trimmed, "" turned into null.
func (c *call) input() row {
	mediaType := c.r.Header.Get("Content-Type")
	if !strings.Contains(mediaType, "/json") && !strings.Contains(mediaType, "+json") {
		return row{}
	}
	if !utf8.Valid(c.raw) {
		return row{}
	}
	decoder := json.NewDecoder(bytes.NewReader(c.raw))
	decoder.UseNumber()
	var v any
	if decoder.Decode(&v) != nil || decoder.More() {
		return row{}
	}
	fields, ok := clone(v).(row)
	if !ok {
		return row{}
	}
	for name, value := range fields {
		if name != "password" {
			fields[name] = trimmed(value)
		}
	}
	return fields
}

func trimmed(v any) any {
	switch v := v.(type) {
	case string:
		v = strings.TrimFunc(v, func(r rune) bool { return r == 0 || unicode.IsSpace(r) })
		if v == "" {
			return nil
		}
		return v
	case map[string]any:
		for key, value := range v {
			v[key] = trimmed(value)
		}
	case []any:
		for i, value := range v {
			v[i] = trimmed(value)
		}
	}
	return v
}

// may reports whether the caller's role has a permission slug.
func (c *call) may(slug string) bool {
	return slices.Contains(c.s.permissions(c.user), slug)
}

// sleep waits, whether the client is still there or not, as PHP does. It
// reports false when the server was closed meanwhile.
func (s *Server) sleep(d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-s.closed:
		return false
	}
}
