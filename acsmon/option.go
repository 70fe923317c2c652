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

// Option is a setting of New. It checks what it is given and copies it.
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

// WithToken sends a token that exists already, made in the web interface's
// profile page or by Login.
func WithToken(token Secret) Option {
	return func(c *config) error {
		if !token.validHeader() {
			return errors.New("the token is empty or holds characters that no token has: check where it was copied from")
		}
		c.token = token
		return nil
	}
}

// WithCredentials logs in when the first request needs a token, and once more
// when a token is refused. The keeper keeps the token for the next process; nil
// keeps it in memory.
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

// WithTimeout limits one request, from connecting to the answer's last byte.
// The default is 30 s.
func WithTimeout(d time.Duration) Option {
	return positive("the time-out", d, func(c *config) { c.timeout = d })
}

// WithConnectTimeout limits connecting and the TLS handshake, each. The default
// is 10 s.
func WithConnectTimeout(d time.Duration) Option {
	return positive("the connect time-out", d, func(c *config) { c.connectTimeout = d })
}

// WithMaxWait limits what one call may spend waiting for rate limits,
// maintenance and repeats; 0 never waits. The default is 5 minutes. Calls under
// a context of WithWaitBudget share that budget instead.
func WithMaxWait(d time.Duration) Option {
	return func(c *config) error {
		if d < 0 {
			return fmt.Errorf("the longest wait is %s: give 0 or more", d)
		}
		c.maxWait = d
		return nil
	}
}

// WithMaxList limits one list: how many rows it may have, and how many bytes its responses, so
// that a server that goes on and on does not fill the memory. The default is a million rows and
// 2 GiB, which no install is known to come near.
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

// WithHeader sends a header with every request, for tracing or for a gateway.
// Authorization and the headers that the client needs for itself cannot be set.
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

// WithApplication names the program that asks, in the User-Agent, so that the server's
// administrator can tell its requests apart. The version may be empty.
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

// ownHeaders say who asks and how an answer is read. The two keys would have
// net/http send a create again by itself.
var ownHeaders = []string{
	"Accept", "Accept-Encoding", "Authorization", "Connection", "Content-Length", "Content-Type", "Expect", "Host", "Range",
	"Te", "Trailer", "Transfer-Encoding", "Upgrade", "Idempotency-Key", "X-Idempotency-Key",
}

// What RFC 9110 allows in a header.
var (
	headerName  = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")
	headerValue = regexp.MustCompile(`^[^\x00-\x08\x0a-\x1f\x7f]*$`)
)

// WithProxy sends every request through a proxy ("http://proxy:3128", https and
// socks5 too) instead of those that HTTPS_PROXY and NO_PROXY name.
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

// WithCAFile trusts the certificates of a PEM file, beside the system's.
func WithCAFile(path string) Option {
	return func(c *config) error {
		if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() { // reading a FIFO would wait
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

// WithInsecureTLS accepts any certificate: for a lab only.
func WithInsecureTLS() Option {
	return func(c *config) error {
		c.insecure = true
		return nil
	}
}

// DialFunc opens a connection, as net.Dialer.DialContext does.
type DialFunc func(ctx context.Context, network, address string) (net.Conn, error)

// WithDialer opens connections in another way: a Unix socket, a tunnel, a test. No
// proxy is used, unless a WithProxy that comes after names one.
func WithDialer(dial DialFunc) Option {
	return func(c *config) error {
		c.dial, c.proxy = dial, nil
		return nil
	}
}

// WithTrace calls f after each attempt at a request. It must not block. Given several times,
// each is called.
func WithTrace(f func(Trace)) Option {
	return func(c *config) error {
		before := c.trace
		c.trace = func(t Trace) {
			before(t)
			f(t)
		}
		return nil
	}
}

// WithRedactor has f take secrets out of what a server wrote, before any of it becomes part of
// an error. f gets the text as it came, before it is shortened. Several goroutines may call it at
// once.
func WithRedactor(f func(text string) string) Option {
	return func(c *config) error {
		c.redact = f
		return nil
	}
}

// WithPageSizes says how many rows a page of a list can have, by the list's path, such
// as "/monitors", where that is known of the server. A size that the server does not
// give costs nothing: what the response states is believed.
func WithPageSizes(sizes map[string]int) Option {
	return func(c *config) error {
		c.pageSizes = maps.Clone(sizes)
		return nil
	}
}

// WithNotice calls f, from any goroutine, with what is odd about the server and no error, in one
// sentence, each once.
func WithNotice(f func(notice string)) Option {
	return func(c *config) error {
		c.notice = f
		return nil
	}
}

// WithCappedPages asks for no page of more than 100 rows, as for a server that is known to refuse
// 200. WithPagesCapped tells which servers do.
func WithCappedPages() Option {
	return func(c *config) error {
		c.pageSize = cappedPage
		return nil
	}
}

// WithPagesCapped calls f once the server has refused a page of 200 rows and given one of 100, so
// that the next client can be made WithCappedPages and spare the request.
func WithPagesCapped(f func()) Option {
	return func(c *config) error {
		c.pagesCapped = f
		return nil
	}
}

// Trace is one attempt at a request. It holds no header and no body, and so no
// secret.
type Trace struct {
	Method, URL string
	Status      int           // 0: no answer
	Err         error         // why the attempt is no success; nil for one that is
	Duration    time.Duration // of the attempt
	Wait        time.Duration // before the next attempt; 0: there is none
	Limit       Limit         // what the answer said of the rate limit
	Date        time.Time     // the server's clock; zero where it did not say
}
