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

// A TB is the part of testing.TB that Start needs. Commands do not have to link the package
// testing.
type TB interface {
	Helper()
	Cleanup(func())
	Fatalf(format string, args ...any)
}

// A Server is an ACS Monitor in memory. It is safe for concurrent use.
type Server struct {
	// URL is the base URL with the Prefix and without /api/v1. Until the server listens, it names a
	// host that only Dial reaches.
	URL string

	// Token belongs to an administrator.
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
	tools   map[string]toolJob // by the ids of the jobs
	strikes map[int64]int      // how often in a row each rule of a webhook was violated
	found   map[string][]int64 // the selected ids of lists, for one version
	foundAt int                // that version
	faults  []*fault
	asked   []*Request
	audit   []AuditEntry
}

// New makes a server that does not listen: use it as an http.Handler, reach it with Dial, or call
// Listen. It panics if an alternative does not exist.
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
		tools:   map[string]toolJob{},
		strikes: map[int64]int{},
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

// Start returns a server that listens on a loopback port until the test ends.
func Start(tb TB, o Options) *Server {
	tb.Helper()
	s := New(o)
	if err := s.Listen(""); err != nil {
		tb.Fatalf("acsmontest: %v", err)
	}
	tb.Cleanup(func() { s.Close() })
	return s
}

// Listen starts to serve on a TCP address in the background and sets URL. If addr is empty, the
// system chooses a loopback port.
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

// Dial returns a connection to the server that exists only in memory, whatever the address: real
// HTTP without a socket, which also works with the fake time of a testing/synctest bubble. It can
// be used as http.Transport.DialContext.
func (s *Server) Dial(ctx context.Context, network, addr string) (net.Conn, error) {
	return s.pipes.dial(ctx, func(l net.Listener) { s.web.Serve(l) })
}

// now is the server's clock.
func (s *Server) now() time.Time { return s.options.Now().UTC() }

// A response is what will be sent.
type response struct {
	status int
	header http.Header
	body   []byte
	page   *page // the part of a list that it holds
}

// An exchange is one request on its way through the server.
type exchange struct {
	s     *Server
	w     http.ResponseWriter
	r     *http.Request
	path  string // below /api/v1: "/monitors/7"
	body  []byte
	entry *Request
	reply *response
}

// ServeHTTP answers one request. It shows the path of every request from top to bottom.
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

// process runs the request through what Laravel's middleware and controllers do.
func (s *Server) process(x *exchange) *response {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.runDue()
	c := &call{s: s, r: x.r, query: x.r.URL.Query(), raw: x.body}
	c.identify()
	route, allowed := findRoute(x.r.Method, x.path, c)
	reply := c.guest(c.dispatch(x.path, route, allowed))
	c.limitHeaders(reply.header)
	return reply
}

// dispatch answers a request. It refuses in Laravel's order: an unknown route, no user, too many
// requests. The handler then refuses an unknown row, a missing permission and wrong input.
func (c *call) dispatch(path string, route *route, allowed []string) *response {
	if route == nil {
		return c.noRoute(path, allowed)
	}
	if !route.public && c.user == nil {
		return c.answer(http.StatusUnauthorized, object{{"message", "Unauthenticated."}})
	}
	if reply := c.throttled(route); reply != nil {
		return reply
	}
	c.slug = route.checks(c.s)
	return route.handle(c)
}

// noRoute refuses a path that no route has, or a method that its route does not have.
func (c *call) noRoute(path string, allowed []string) *response {
	old := c.s.alt.Framework == "8"
	if allowed == nil {
		return c.fail(http.StatusNotFound, "%s", choose(old, "", "The route api/v1"+path+" could not be found."))
	}
	methods := strings.Join(allowed, ", ")
	reply := c.fail(http.StatusMethodNotAllowed, "The %s method is not supported for %s. Supported methods: %s.",
		c.r.Method, choose(old, "this route", "route api/v1"+path), methods)
	reply.header.Set("Allow", methods)
	return reply
}

// forbidden refuses a caller who lacks the permission that the route needs.
func (c *call) forbidden() *response {
	if c.slug == "" || c.may(c.slug) {
		return nil
	}
	return c.fail(http.StatusForbidden, "This action is unauthorized.")
}

// validated calls validate and refuses a caller who lacks the permission, before or after it as the
// alternative says.
func (c *call) validated(validate func() (row, *response)) (row, *response) {
	if c.s.alt.Refusals == "permission-first" {
		if reply := c.forbidden(); reply != nil {
			return nil, reply
		}
	}
	input, failed := validate()
	if failed == nil {
		failed = c.forbidden()
	}
	return input, failed
}

// write sends the response.
func (x *exchange) write() {
	x.writeHeader(x.reply.status, x.reply.header, len(x.reply.body))
	if x.r.Method != http.MethodHead {
		x.w.Write(x.reply.body)
	}
}

// writeHeader sends the head of a response; a length below 0 is not stated.
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

// A call is what the handler of a route gets: the request as Laravel shows it.
type call struct {
	s     *Server
	r     *http.Request
	raw   []byte
	query url.Values
	path  params
	named map[string]string // the placeholders of the path as the request spells them
	slug  string            // the permission that the route needs
	user  row               // nil for a guest
	token string
	limit *window // the rate limit that applied
}

// params are the ids in a path, by the names of their placeholders.
type params map[string]int64

// A route is a method and a path pattern of the API.
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

// findRoute looks up the route of a request and records the ids in its path. If there is none, it
// returns the methods that the path has.
func findRoute(method, path string, c *call) (found *route, allowed []string) {
	segments := strings.Split(strings.Trim(path, "/"), "/")
	for _, r := range routes {
		ids, ok := match(r.segments, segments)
		if !ok || r.absent(c.s) {
			continue
		}
		methods := append([]string{r.method}, also[r.method]...)
		if slices.Contains(methods, method) {
			c.path, c.named = ids, placeholders(r.segments, segments)
			return r, nil
		}
		allowed = append(allowed, methods...)
	}
	return nil, allowed
}

// also are the methods that a route serves beside its own.
var also = map[string][]string{http.MethodGet: {http.MethodHead}, http.MethodPut: {http.MethodPatch}}

func placeholders(pattern, segments []string) map[string]string {
	named := map[string]string{}
	for i, p := range pattern {
		if strings.HasPrefix(p, "{") {
			named[strings.Trim(p, "{}")] = segments[i]
		}
	}
	return named
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
		s.alt.DeviceAlerts == "absent" && r.pattern == "devices/{id}/alerts" ||
		s.alt.Tools != "job" && r.pattern == "tools/jobs/{job}"
}

// answer makes a JSON response.
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

// fail makes an error response with only a message, as Laravel renders exceptions.
func (c *call) fail(status int, format string, args ...any) *response {
	return answerRaw(status, prettyMessage(fmt.Sprintf(format, args...)))
}

// prettyMessage is a message as Laravel's exception handler writes it: on several lines, and
// without escaped slashes.
func prettyMessage(message string) []byte {
	e := encoder{alt: &Alternatives{}}
	e.string(message)
	return slices.Concat([]byte("{\n    \"message\": "), bytes.ReplaceAll(e.buf, []byte(`\/`), []byte("/")), []byte("\n}"))
}

// guest turns an error into what Laravel sends to a client that did not ask for JSON.
func (c *call) guest(reply *response) *response {
	if reply.status < 400 || wantsJSON(c.r) {
		return reply
	}
	way := c.s.alt.Guest
	switch {
	case way == "no-login" && reply.status == http.StatusUnauthorized:
		return errorPage(http.StatusInternalServerError)
	case way == "redirect" && reply.status == http.StatusUnauthorized:
		return redirectTo(c.base() + "/login")
	case way != "html" && reply.status == http.StatusUnprocessableEntity:
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
		"Content-Type":  {"text/html; charset=utf-8"},
		"Cache-Control": {"no-cache, private"},
		"Location":      {target},
	}, body: []byte("<!DOCTYPE html>\n<html><head><title>Redirecting to " + target + "</title></head></html>\n")}
}

func errorPage(status int) *response {
	title := http.StatusText(status)
	return htmlPage(status, "<!DOCTYPE html>\n<html lang=\"en\"><head><title>"+title+"</title></head><body><div>"+
		strconv.Itoa(status)+"</div><div>"+title+"</div></body></html>\n")
}

func htmlPage(status int, page string) *response {
	return &response{status: status, header: http.Header{
		"Content-Type":  {"text/html; charset=utf-8"},
		"Cache-Control": {"no-cache, private"},
	}, body: []byte(page)}
}

// loginPage is what the web interface shows in a browser.
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

// input is the body of the request after Laravel's middleware: it is read only if it is declared as
// JSON, strings are trimmed, and "" becomes null.
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
		fields[name] = c.trimmed(value, !slices.Contains(untrimmed, name))
	}
	return fields
}

// untrimmed are the keys of a body whose texts keep their white space. Texts inside an object are
// always trimmed.
var untrimmed = []string{"current_password", "password", "password_confirmation"}

// trimmed is a value of a body after the middleware that trims texts and the middleware that turns
// empty ones into null.
func (c *call) trimmed(v any, trim bool) any {
	switch v := v.(type) {
	case string:
		if trim {
			v = strings.TrimFunc(v, c.isBlank)
		}
		if v == "" {
			return nil
		}
		return v
	case map[string]any:
		for key, value := range v {
			v[key] = c.trimmed(value, true)
		}
	case []any:
		for i, value := range v {
			v[i] = c.trimmed(value, true)
		}
	}
	return v
}

func (c *call) isBlank(r rune) bool {
	if c.s.alt.Framework == "8" {
		return strings.ContainsRune(" \t\n\r\x00\v", r)
	}
	return r == 0 || unicode.IsSpace(r)
}

// may reports whether the caller's role has the permission.
func (c *call) may(slug string) bool {
	return slices.Contains(c.s.permissions(c.user), slug)
}

// sleep waits even if the client is gone, as PHP does. It returns false if the server was closed in
// the meantime.
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
