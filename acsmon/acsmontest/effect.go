// SPDX-License-Identifier: MIT

package acsmontest

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// An Effect is what a Fault does. Effects that answer in place of the server (Reset, Answer,
// HTMLPage, EmptyBody, NullBody, Delay, Redirect, Maintenance) act before the request is processed,
// so that nothing changes. With After, they act when the change is stored, so that only the
// response is lost. All others act on the response, and therefore after the change.
type Effect struct {
	late bool
	do   func(x *exchange) (done bool) // nil does nothing; done says that nothing is left to send
}

// After makes an effect act after the request was processed: After(Reset()) ends the connection
// when the change is stored, before the response.
func After(e Effect) Effect { return Effect{late: true, do: e.do} }

func late(do func(x *exchange) bool) Effect { return Effect{late: true, do: do} }

// Reset ends the connection without a response, over TCP by a reset. Note that net/http's Transport
// itself repeats a GET on a connection that was used before: such a request comes twice.
func Reset() Effect {
	return Effect{do: func(x *exchange) bool {
		conn, _, err := http.NewResponseController(x.w).Hijack()
		if err != nil { // HTTP/2
			panic(http.ErrAbortHandler)
		}
		if tcp, ok := conn.(*net.TCPConn); ok {
			tcp.SetLinger(0)
		}
		conn.Close()
		return true
	}}
}

// Answer sends a status with headers and a body.
func Answer(status int, header http.Header, body string) Effect {
	return Effect{do: func(x *exchange) bool {
		x.reply = &response{status: status, header: header.Clone(), body: []byte(body)}
		x.write()
		return true
	}}
}

// Status sends a status as the application (4xx, 500) or a proxy in front of it (other 5xx) would:
// a JSON message or an HTML page.
func Status(status int) Effect {
	if status == http.StatusInternalServerError {
		return Answer(jsonError(status, "Server Error"))
	}
	if status < 500 {
		return Answer(jsonError(status, http.StatusText(status)))
	}
	title := fmt.Sprint(status, " ", http.StatusText(status))
	return Answer(status, http.Header{"Content-Type": {"text/html"}},
		"<html>\r\n<head><title>"+title+"</title></head>\r\n<body>\r\n<center><h1>"+title+"</h1></center>\r\n</body>\r\n</html>\r\n")
}

// jsonError is an error response of the application.
func jsonError(status int, message string) (int, http.Header, string) {
	return status, http.Header{"Content-Type": {"application/json"}}, string(prettyMessage(message))
}

// TooManyRequests sends 429, with Retry-After and X-RateLimit-Reset unless the wait is 0.
func TooManyRequests(wait time.Duration) Effect {
	return retryLater(wait, true, func() (int, http.Header, string) { return jsonError(http.StatusTooManyRequests, "Too Many Attempts.") })
}

// Maintenance sends 503 and Laravel's maintenance page, with Retry-After unless the wait is 0.
func Maintenance(wait time.Duration) Effect {
	return retryLater(wait, false, func() (int, http.Header, string) {
		page := errorPage(http.StatusServiceUnavailable)
		return page.status, page.header, string(page.body)
	})
}

// Unavailable sends 503 as JSON, with Retry-After unless the wait is 0.
func Unavailable(wait time.Duration) Effect {
	return retryLater(wait, false, func() (int, http.Header, string) {
		return jsonError(http.StatusServiceUnavailable, "Service Unavailable")
	})
}

func retryLater(wait time.Duration, reset bool, answer func() (int, http.Header, string)) Effect {
	return Effect{do: func(x *exchange) bool {
		status, header, body := answer()
		if seconds := int64((wait + time.Second - 1) / time.Second); seconds > 0 {
			header.Set("Retry-After", strconv.FormatInt(seconds, 10))
			if reset {
				header["X-RateLimit-Reset"] = []string{strconv.FormatInt(x.s.now().Unix()+seconds, 10)}
			}
		}
		return Answer(status, header, body).do(x)
	}}
}

// HTMLPage sends 200 and a web page, as a captive portal or a server of another kind does.
func HTMLPage() Effect {
	page := htmlPage(http.StatusOK, loginPage)
	return Answer(page.status, page.header, loginPage)
}

// EmptyBody sends 200 and a body that is said to be JSON but is empty.
func EmptyBody() Effect {
	return Answer(http.StatusOK, http.Header{"Content-Type": {"application/json"}}, "")
}

// NullBody sends 200 and the JSON value null.
func NullBody() Effect {
	return Answer(http.StatusOK, http.Header{"Content-Type": {"application/json"}}, "null")
}

// Redirect sends a redirect to a URL, or to a path of the server itself.
func Redirect(status int, target string) Effect {
	return Effect{do: func(x *exchange) bool {
		to := target
		if strings.HasPrefix(to, "/") {
			to = (&call{s: x.s, r: x.r}).base() + to
		}
		x.reply = redirectTo(to)
		x.reply.status = status
		x.write()
		return true
	}}
}

// Delay waits before the request is processed, or within After before the response is sent. The
// request is processed even if the client has gone.
func Delay(d time.Duration) Effect {
	return Effect{do: func(x *exchange) bool { return !x.s.sleep(d) }}
}

// Truncate ends the connection in the middle of the body.
func Truncate() Effect {
	return late(func(x *exchange) bool {
		x.writeHeader(x.reply.status, x.reply.header, len(x.reply.body)+1)
		x.w.Write(x.reply.body[:len(x.reply.body)/2])
		http.NewResponseController(x.w).Flush()
		panic(http.ErrAbortHandler)
	})
}

// InvalidJSON sends half of the body as if it were the whole body.
func InvalidJSON() Effect {
	return late(func(x *exchange) bool {
		x.reply.body = x.reply.body[:len(x.reply.body)/2]
		return false
	})
}

// WrongTypes gives every value of a resource, or of each row of a list, a type that it cannot have.
func WrongTypes() Effect {
	return rewrite(func(x *exchange, body map[string]any) {
		if rows, ok := body["data"].([]any); ok {
			for _, r := range rows {
				if r, ok := r.(map[string]any); ok {
					mistype(r)
				}
			}
			return
		}
		mistype(body)
	})
}

func mistype(values map[string]any) {
	for name, v := range values {
		switch v.(type) {
		case string:
			values[name] = []any{v}
		case bool:
			values[name] = "maybe"
		case []any, map[string]any:
			values[name] = 42
		default:
			values[name] = map[string]any{"value": v}
		}
	}
}

// NextPage lets a list name this URL as its next page.
func NextPage(url string) Effect {
	return rewriteList(func(x *exchange, body map[string]any) { setNext(body, url) })
}

// LoopPages lets each page of a list name itself as the next page.
func LoopPages() Effect {
	return rewriteList(func(x *exchange, body map[string]any) {
		c := &call{s: x.s, r: x.r}
		setNext(body, c.base()+strings.TrimPrefix(x.r.URL.RequestURI(), x.s.options.Prefix))
	})
}

func setNext(body map[string]any, url string) {
	body["next_page_url"] = url
	if links, ok := body["links"].(map[string]any); ok {
		links["next"] = url
	}
}

// Total lets a list claim to have this many rows.
func Total(n int64) Effect {
	return rewriteList(func(x *exchange, body map[string]any) {
		if meta, ok := body["meta"].(map[string]any); ok {
			meta["total"] = n
			return
		}
		body["total"] = n
	})
}

// rewriteList changes the JSON object of a response that is a list.
func rewriteList(change func(x *exchange, body map[string]any)) Effect {
	return rewrite(func(x *exchange, body map[string]any) {
		if _, ok := body["data"].([]any); ok {
			change(x, body)
		}
	})
}

// rewrite changes the JSON object of a response.
func rewrite(change func(x *exchange, body map[string]any)) Effect {
	return late(func(x *exchange) bool {
		decoder := json.NewDecoder(bytes.NewReader(x.reply.body))
		decoder.UseNumber()
		var body map[string]any
		if decoder.Decode(&body) != nil {
			return false
		}
		change(x, body)
		x.reply.body, _ = json.Marshal(body)
		return false
	})
}

// RemoveRow deletes the first row of the page that was sent, so that all later rows move up.
func RemoveRow() Effect {
	return late(func(x *exchange) bool {
		if p := x.reply.page; p != nil && len(p.ids) > 0 {
			x.s.Remove(p.kind, p.ids[0])
		}
		return false
	})
}

// InsertRow adds a copy of the first row of the page that was sent, with a lower id if one is free,
// so that all later rows move down.
func InsertRow() Effect {
	return late(func(x *exchange) bool {
		if p := x.reply.page; p != nil && len(p.ids) > 0 {
			x.s.insertBefore(p.kind, p.ids[0])
		}
		return false
	})
}

func (s *Server) insertBefore(kind string, id int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.table(kind)
	original := t.row(id)
	if original == nil {
		return
	}
	values := clone(original).(row)
	delete(values, "id")
	for free := id - 1; free > 0; free-- {
		if _, taken := slices.BinarySearch(t.ids, free); !taken {
			values["id"] = free
			break
		}
	}
	t.add(values)
	s.version++
}

// Then calls a function after the request was processed and before the response is sent. It can do
// what others do at that moment.
func Then(f func(s *Server)) Effect {
	return late(func(x *exchange) bool {
		f(x.s)
		return false
	})
}

// GzipBomb sends a small compressed body that is this many bytes when decompressed.
func GzipBomb(size int64) Effect {
	return late(func(x *exchange) bool {
		const chunk = 1 << 20
		var member bytes.Buffer // a gzip stream may consist of many members
		w := gzip.NewWriter(&member)
		w.Write(bytes.Repeat([]byte(" "), chunk))
		w.Close()
		header := maps.Clone(x.reply.header)
		header.Set("Content-Encoding", "gzip")
		members := (size + chunk - 1) / chunk
		x.writeHeader(x.reply.status, header, int(members)*member.Len())
		for range members {
			if _, err := x.w.Write(member.Bytes()); err != nil {
				break
			}
		}
		return true
	})
}

// Drip sends the body one byte at a time, with a pause before each.
func Drip(pause time.Duration) Effect {
	return late(func(x *exchange) bool {
		x.writeHeader(x.reply.status, x.reply.header, len(x.reply.body))
		for i := range x.reply.body {
			if !x.s.sleep(pause) || x.r.Context().Err() != nil {
				break
			}
			x.w.Write(x.reply.body[i : i+1])
			http.NewResponseController(x.w).Flush()
		}
		return true
	})
}

// LongHeader adds a header of this many bytes to the response.
func LongHeader(size int) Effect {
	return late(func(x *exchange) bool {
		x.reply.header.Set("X-Long", strings.Repeat("x", size))
		return false
	})
}

// An effectName is an effect as the sandbox command names it.
type effectName struct {
	name    string
	initial string // the value if none is given; "" if the effect takes none
	make    func(value string) (Effect, error)
}

var effectNames = []effectName{
	{"reset", "", plain(Reset())},
	{"cut-after", "", plain(After(Reset()))},
	{"status", "500", ofInt(func(n int) Effect { return Status(n) })},
	{"status-after", "502", ofInt(func(n int) Effect { return After(Status(n)) })},
	{"too-many", "60s", ofDuration(TooManyRequests)},
	{"maintenance", "0s", ofDuration(Maintenance)},
	{"unavailable", "0s", ofDuration(Unavailable)},
	{"html", "", plain(HTMLPage())},
	{"html-after", "", plain(After(HTMLPage()))},
	{"empty", "", plain(EmptyBody())},
	{"empty-after", "", plain(After(EmptyBody()))},
	{"null", "", plain(NullBody())},
	{"null-after", "", plain(After(NullBody()))},
	{"redirect", "/login", func(value string) (Effect, error) { return Redirect(http.StatusFound, value), nil }},
	{"delay", "5s", ofDuration(Delay)},
	{"delay-after", "5s", ofDuration(func(d time.Duration) Effect { return After(Delay(d)) })},
	{"truncate", "", plain(Truncate())},
	{"invalid-json", "", plain(InvalidJSON())},
	{"wrong-types", "", plain(WrongTypes())},
	{"next-page", "https://elsewhere.example/api/v1/devices?page=2", func(value string) (Effect, error) { return NextPage(value), nil }},
	{"loop-pages", "", plain(LoopPages())},
	{"total", "1000000000000", ofInt(func(n int) Effect { return Total(int64(n)) })},
	{"remove-row", "", plain(RemoveRow())},
	{"insert-row", "", plain(InsertRow())},
	{"gzip-bomb", "1073741824", ofInt(func(n int) Effect { return GzipBomb(int64(n)) })},
	{"drip", "1s", ofDuration(Drip)},
	{"long-header", "16777216", ofInt(LongHeader)},
}

func plain(e Effect) func(string) (Effect, error) {
	return func(string) (Effect, error) { return e, nil }
}

func ofInt(f func(int) Effect) func(string) (Effect, error) {
	return func(value string) (Effect, error) {
		n, err := strconv.Atoi(value)
		if err != nil || n < 0 {
			return Effect{}, fmt.Errorf("%q is not a number", value)
		}
		return f(n), nil
	}
}

func ofDuration(f func(time.Duration) Effect) func(string) (Effect, error) {
	return func(value string) (Effect, error) {
		d, err := time.ParseDuration(value)
		if err != nil || d < 0 {
			return Effect{}, fmt.Errorf("%q is not a duration such as 5s", value)
		}
		return f(d), nil
	}
}

// EffectNames returns the effects that ParseFault knows. Those that take a value are shown with
// their default: "delay=5s".
func EffectNames() []string {
	return convert(effectNames, func(e effectName) string {
		if e.initial == "" {
			return e.name
		}
		return e.name + "=" + e.initial
	})
}

func parseEffect(word string) (Effect, error) {
	name, value, given := strings.Cut(word, "=")
	for _, e := range effectNames {
		switch {
		case e.name != name:
			continue
		case given && e.initial == "":
			return Effect{}, fmt.Errorf("effect %s takes no value", name)
		case !given:
			value = e.initial
		}
		effect, err := e.make(value)
		if err != nil {
			return Effect{}, fmt.Errorf("effect %s: %w", name, err)
		}
		return effect, nil
	}
	return Effect{}, fmt.Errorf("there is no effect %q; there are %s", name, strings.Join(EffectNames(), ", "))
}
