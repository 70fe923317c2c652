// SPDX-License-Identifier: MIT

package acsmon

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Client talks to one ACS Monitor. New makes it. Several goroutines may use it at once, and then
// share one rate limit.
type Client struct {
	base      *url.URL // root of the API: …/api/v1
	origin    string
	http      *http.Client
	maxWait   time.Duration
	timeout   time.Duration
	maxRows   int
	maxBytes  int64
	pace      *pacer
	loginPace *pacer // logins have a limit of their own
	trace     func(Trace)
	pageSizes map[string]int // by path
	redact    func(string) string
	notice    func(string)
	noticed   sync.Map     // the notices that were given already
	reached   atomic.Bool  // the server has answered before
	pageSize  atomic.Int64 // the page size that lists are asked for
	// resultRoute is the index in resultPaths of the route that answered last.
	resultRoute atomic.Int64
	// pagesCapped is called when the server has refused a large page.
	pagesCapped func()
	// secrets is a function because fmt prints unexported fields, and what they point to, without
	// calling the methods of their types. It does not look into a function.
	secrets func() *secrets

	Devices           Devices
	DeviceGroups      TypedCollection[Group, GroupInput]
	OIDs              OIDs
	DeviceWebhooks    DeviceWebhooks
	SNMPTraps         SNMPTraps
	Monitors          Monitors
	MonitorGroups     TypedCollection[Group, GroupInput]
	AlertRules        TypedCollection[AlertRule, AlertRuleInput]
	AlertEvents       Events
	MonitorAlertRules TypedCollection[AlertRule, AlertRuleInput]
	MonitorEvents     Events
	AlertChannels     AlertChannels
	Discovery         Discovery
	Users             Users
	Roles             Roles
	MIBs              MIBs
	Dashboards        Dashboards
	Tools             Tools
	System            System
}

// New returns a client of the ACS Monitor whose web interface is at baseURL, for example
// "https://monitoring.example.com" or a path below it. It sends nothing. Its error says which
// argument is wrong.
//
// The defaults are: no token, 30 s for a request, 10 s to connect, 5 minutes of waiting for a call,
// a million rows and 2 GiB for a list, the system's certificates, and the proxies of the
// environment.
func New(baseURL string, options ...Option) (*Client, error) {
	base, err := parseBaseURL(baseURL)
	if err != nil {
		return nil, err
	}
	conf, err := configure(options)
	if err != nil {
		return nil, err
	}
	return conf.client(base)
}

// configure applies options to the defaults.
func configure(options []Option) (config, error) {
	conf := defaults()
	for _, option := range options {
		if option == nil {
			return conf, errors.New("one of the options is nil: leave it out")
		}
		if err := option(&conf); err != nil {
			return conf, err
		}
	}
	return conf, nil
}

// client returns a client of the server whose web interface is at base.
func (c *config) client(base *url.URL) (*Client, error) {
	transport, err := c.roundTripper()
	if err != nil {
		return nil, err
	}
	client := &Client{
		base:      base.JoinPath("api", "v1"),
		origin:    originOf(base),
		maxWait:   c.maxWait,
		timeout:   c.timeout,
		maxRows:   c.maxRows,
		maxBytes:  c.maxBytes,
		pace:      newPacer(),
		loginPace: newPacer(),
		trace:     c.trace,
		pageSizes: c.pageSizes,
		redact:    c.redact,
		notice:    c.notice,

		pagesCapped: c.pagesCapped,
		http: &http.Client{
			Timeout:   c.timeout,
			Transport: transport,
			// A redirect is a response like others. It is not followed, because the token would go
			// with it.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
	client.pageSize.Store(c.pageSize)
	held := &secrets{header: c.header, keeper: c.keeper, email: c.email, password: c.password, token: c.token}
	client.secrets = func() *secrets { return held }
	client.addCollections()
	return client, nil
}

// defaults are the settings of a client without options.
func defaults() config {
	return config{
		timeout:        30 * time.Second,
		connectTimeout: 10 * time.Second,
		maxWait:        5 * time.Minute,
		header:         http.Header{"Accept": {"application/json"}, "User-Agent": {"acsmon-go"}},
		proxy:          http.ProxyFromEnvironment,
		trace:          func(Trace) {},
		redact:         func(text string) string { return text },
		keeper:         KeepInMemory(),
		notice:         func(string) {},
		pageSize:       largePage,
		pagesCapped:    func() {},
		maxRows:        1_000_000,
		maxBytes:       2 << 30,
	}
}

// Origin returns the scheme, host and port that the client's token belongs to,
// for example "https://monitoring.example.com:443".
func (c *Client) Origin() string { return c.origin }

// noticeOnce tells the caller about something odd that is not an error.
func (c *Client) noticeOnce(what string) {
	if _, known := c.noticed.LoadOrStore(what, true); !known {
		c.notice(what)
	}
}

// Limit returns what the server last said about the rate limit. Logins have another one, which it
// does not tell.
func (c *Client) Limit() Limit { return c.pace.state() }

// CloseIdleConnections closes the connections that no request uses.
func (c *Client) CloseIdleConnections() { c.http.CloseIdleConnections() }

// Origin returns the scheme, host and port of a base URL in one spelling: two base URLs have the
// same origin if Origin returns the same text for both.
func Origin(baseURL string) (string, error) {
	u, err := parseBaseURL(baseURL)
	if err != nil {
		return "", err
	}
	return originOf(u), nil
}

// userinfo finds credentials even in what cannot be parsed as a URL.
var userinfo = regexp.MustCompile(`^\s*[A-Za-z]*:?//[^/?#]*@`)

func parseBaseURL(text string) (*url.URL, error) {
	const want = "give the address of the web interface, such as https://monitoring.example.com"
	if strings.TrimSpace(text) == "" {
		return nil, errors.New("the base URL is empty: " + want)
	}
	u, err := url.Parse(strings.TrimSpace(text))
	switch {
	case userinfo.MatchString(text):
		return nil, errors.New("the base URL holds a user name or a password: give credentials separately")
	case err != nil:
		// url.Parse quotes its input, which may hold a password.
		return nil, errors.New("the base URL is not a URL: " + want)
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, errors.New("the base URL does not begin with https:// or http://: " + want)
	case u.Hostname() == "":
		return nil, errors.New("the base URL names no host: " + want)
	case u.RawQuery != "" || u.Fragment != "":
		return nil, errors.New("the base URL has a query or a fragment: " + want)
	}
	if port, err := strconv.ParseUint(cmp.Or(u.Port(), "443"), 10, 16); err != nil || port == 0 {
		return nil, errors.New("the base URL's port is not between 1 and 65535: " + want)
	}
	u.RawPath = strings.TrimSuffix(strings.TrimRight(u.EscapedPath(), "/"), "/api/v1")
	u.Path, err = url.PathUnescape(u.RawPath)
	return u, err
}

func originOf(u *url.URL) string {
	port := cmp.Or(strings.TrimLeft(u.Port(), "0"), map[string]string{"http": "80", "https": "443"}[u.Scheme])
	host := strings.ToLower(u.Hostname())
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return fmt.Sprintf("%s://%s:%s", u.Scheme, host, port)
}

// url builds every URL that the client requests. The segments of path are already escaped (see
// segment).
func (c *Client) url(path string, query url.Values) string {
	u := c.base.JoinPath(path)
	u.RawQuery = query.Encode()
	return u.String()
}

// budget returns what a call with the context may wait.
func (c *Client) budget(ctx context.Context) *budget {
	b, ok := ctx.Value(budgetKey{}).(*budget)
	if ok && !b.perCall {
		return b
	}
	return &budget{left: c.maxWait, parent: b}
}
