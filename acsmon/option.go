// SPDX-License-Identifier: MIT

package acsmon

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"time"
)

// Option is a setting for New. It checks what it is given, and copies it.
type Option func(*config) error

type config struct {
	token          Secret
	email          string
	password       Secret
	keeper         TokenKeeper
	timeout        time.Duration
	connectTimeout time.Duration
	maxWait        time.Duration
	header         http.Header
	proxy          func(*http.Request) (*url.URL, error)
	roots          *x509.CertPool
	insecure       bool
	dial           DialFunc
	trace          func(Trace)
	redact         func(string) string
	pageSizes      map[string]int
	notice         func(string)
	pageSize       int64
	pagesCapped    func()
	maxRows        int
	maxBytes       int64
	wrappers       []func(http.RoundTripper) http.RoundTripper
}

// WithToken sends an existing token. It was made by Login, or on the profile page of the web
// interface.
func WithToken(token Secret) Option {
	return func(c *config) error {
		if !token.validHeader() {
			return errors.New("the token is empty or holds characters that no token has: check where it was copied from")
		}
		c.token = token
		return nil
	}
}

// WithCredentials logs in when the first request needs a token, and once more when the token is
// refused. A token of WithToken is used until then. The keeper keeps the token for the next
// process; with nil it is kept in memory.
func WithCredentials(email string, password Secret, keeper TokenKeeper) Option {
	return func(c *config) error {
		if email == "" || password == "" {
			return errors.New("an e-mail address and a password go together: one of them is empty")
		}
		c.email, c.password = email, password
		if keeper != nil {
			c.keeper = keeper
		}
		return nil
	}
}

// WithTimeout limits one request, from connecting to the last byte of the response. The default is
// 30 s.
func WithTimeout(d time.Duration) Option {
	return positive("the time-out", d, func(c *config) { c.timeout = d })
}

// WithConnectTimeout limits connecting and the TLS handshake, each by itself. The default is 10 s.
func WithConnectTimeout(d time.Duration) Option {
	return positive("the connect time-out", d, func(c *config) { c.connectTimeout = d })
}

// WithMaxWait limits how long one call may wait for rate limits, maintenance and repeats, in total;
// 0 never waits. The login that a call needs is a part of it; each page of a list is a call. The
// default is 5 minutes. Calls whose context has a WithWaitBudget share that budget instead.
func WithMaxWait(d time.Duration) Option {
	return func(c *config) error {
		if d < 0 {
			return fmt.Errorf("the longest wait is %s: give 0 or more", d)
		}
		c.maxWait = d
		return nil
	}
}

// WithMaxList limits one list: how many rows it may have, and how many bytes its responses may have
// in total. An endless list then cannot fill the memory. The default is a million rows and 2 GiB,
// far more than any install is known to have.
func WithMaxList(rows int, bytes int64) Option {
	return func(c *config) error {
		if rows <= 0 || bytes <= 0 {
			return fmt.Errorf("the limits of a list are %d rows and %d bytes: give more than 0", rows, bytes)
		}
		c.maxRows, c.maxBytes = rows, bytes
		return nil
	}
}

func positive(what string, d time.Duration, set func(*config)) Option {
	return func(c *config) error {
		if d <= 0 {
			return fmt.Errorf("%s is %s: give more than 0", what, d)
		}
		set(c)
		return nil
	}
}

// WithHeader sends a header with every request, for tracing or for a gateway. It cannot set
// Authorization or the other headers that the client itself needs.
func WithHeader(name, value string) Option {
	return func(c *config) error {
		name := http.CanonicalHeaderKey(name)
		if slices.Contains(ownHeaders, name) {
			return fmt.Errorf("the header %s is the client's own: leave it out", name)
		}
		if !headerName.MatchString(name) || !headerValue.MatchString(value) {
			return fmt.Errorf("the header %s has a name or a value that HTTP does not allow", clean(name))
		}
		c.header = c.header.Clone()
		c.header.Set(name, value)
		return nil
	}
}

// WithApplication names the calling program in the User-Agent, so that the server's administrator
// can tell its requests apart. The version may be empty.
func WithApplication(name, version string) Option {
	return func(c *config) error {
		agent := name
		if version != "" {
			agent += "/" + version
		}
		if !headerName.MatchString(name) || version != "" && !headerName.MatchString(version) {
			return fmt.Errorf("the application %s has a name or a version that HTTP does not allow: give letters, digits, dots and hyphens", clean(agent))
		}
		return WithHeader("User-Agent", agent)(c)
	}
}

// ownHeaders say who asks and how a response is read. With either of the two Idempotency keys,
// net/http would by itself send a create again.
var ownHeaders = []string{
	"Accept", "Accept-Encoding", "Authorization", "Connection", "Content-Length", "Content-Type", "Expect", "Host", "Range",
	"Te", "Trailer", "Transfer-Encoding", "Upgrade", "Idempotency-Key", "X-Idempotency-Key",
}

// What RFC 9110 allows in a header.
var (
	headerName  = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")
	headerValue = regexp.MustCompile(`^[^\x00-\x08\x0a-\x1f\x7f]*$`)
)

// WithProxy sends every request through a proxy ("http://proxy:3128"; also https and socks5)
// instead of those that HTTPS_PROXY and NO_PROXY name.
func WithProxy(proxyURL string) Option {
	return func(c *config) error {
		u, err := url.Parse(proxyURL)
		if err != nil || u.Host == "" {
			return errors.New("the proxy is not a URL such as http://proxy.example.com:3128")
		}
		switch u.Scheme {
		case "http", "https", "socks5", "socks5h":
		default:
			return errors.New("the proxy's scheme is none of http, https and socks5")
		}
		c.proxy = http.ProxyURL(u)
		return nil
	}
}

// WithCAFile trusts the certificates in a PEM file, in addition to those of the system.
func WithCAFile(path string) Option {
	return func(c *config) error {
		if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() { // reading a FIFO would block
			return fmt.Errorf("the CA file %s is not a regular file", path)
		}
		pem, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("the CA file cannot be read: %w", err)
		}
		if c.roots == nil {
			if c.roots, err = x509.SystemCertPool(); err != nil {
				c.roots = x509.NewCertPool()
			}
		}
		if !c.roots.AppendCertsFromPEM(pem) {
			return fmt.Errorf("the CA file %s holds no PEM certificate", path)
		}
		return nil
	}
}

// WithInsecureTLS accepts any certificate. It is for a lab only.
func WithInsecureTLS() Option {
	return func(c *config) error {
		c.insecure = true
		return nil
	}
}

// DialFunc opens a connection, as net.Dialer.DialContext does.
type DialFunc func(ctx context.Context, network, address string) (net.Conn, error)

// WithDialer opens connections in another way: through a Unix socket, a tunnel, or in a test. No
// proxy is used, unless a later WithProxy names one.
func WithDialer(dial DialFunc) Option {
	return func(c *config) error {
		if dial == nil {
			return noFunction("WithDialer")
		}
		c.dial, c.proxy = dial, nil
		return nil
	}
}

// WithTrace calls f after each attempt at a request. f must not block, and several goroutines may
// call it at once. If the option is given several times, each f is called.
func WithTrace(f func(Trace)) Option {
	return func(c *config) error {
		if f == nil {
			return noFunction("WithTrace")
		}
		before := c.trace
		c.trace = func(t Trace) {
			before(t)
			f(t)
		}
		return nil
	}
}

// WithRedactor lets f take secrets out of a server's text before any of it becomes part of an
// error. f gets the whole text, before it is shortened. Several goroutines may call f at once. If
// the option is given several times, each f gets what the one before it returns.
func WithRedactor(f func(text string) string) Option {
	return func(c *config) error {
		if f == nil {
			return noFunction("WithRedactor")
		}
		before := c.redact
		c.redact = func(text string) string { return f(before(text)) }
		return nil
	}
}

// WithPageSizes says how many rows a page of a list may have, by the list's path, such as
// "/monitors", if that is known of the server. It does no harm if the server sends smaller pages:
// what the response states counts.
func WithPageSizes(sizes map[string]int) Option {
	return func(c *config) error {
		c.pageSizes = maps.Clone(sizes)
		return nil
	}
}

// WithNotice calls f, from any goroutine, with what is odd about the server but is not an error. It
// is one sentence, and each is told once.
func WithNotice(f func(notice string)) Option {
	return func(c *config) error {
		if f == nil {
			return noFunction("WithNotice")
		}
		c.notice = f
		return nil
	}
}

// WithCappedPages never asks for a page of more than 100 rows. Use it for a server that is known to
// refuse 200; WithPagesCapped tells which servers do.
func WithCappedPages() Option {
	return func(c *config) error {
		c.pageSize = cappedPage
		return nil
	}
}

// WithPagesCapped calls f once the server has refused a page of 200 rows and sent one of 100. The
// next client can then be made WithCappedPages, which saves the refused request.
func WithPagesCapped(f func()) Option {
	return func(c *config) error {
		if f == nil {
			return noFunction("WithPagesCapped")
		}
		c.pagesCapped = f
		return nil
	}
}

func noFunction(option string) error {
	return fmt.Errorf("the function for %s is nil: leave the option out", option)
}

// Trace is one attempt at a request. It holds no header and no body, and so no secret.
type Trace struct {
	Method, URL string
	Status      int           // 0: no response
	Err         error         // why the attempt failed; nil if it did not
	Duration    time.Duration // of the attempt
	Wait        time.Duration // before the next attempt; 0: there is none
	Limit       Limit         // what the server last said about the rate limit of such requests
	Date        time.Time     // the server's clock; zero if it did not say
}
