// SPDX-License-Identifier: GPL-3.0-or-later

// Package settings owns where a base URL, a token, TLS and time-outs come from: options of a task
// or of an inventory file, the environment, the token file. It returns a client of the API with
// these settings, and says what to do about an error of the client in the words of the door that
// shows it. It knows neither what the client is used for nor where the options were read.
package settings

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/folders"
	"github.com/acsmon/acsmon-ansible/internal/profile"
	"github.com/acsmon/acsmon-ansible/internal/untrusted"
	"github.com/acsmon/acsmon-ansible/internal/version"
)

// Lookup returns the value of an environment variable, and whether it is set.
type Lookup func(name string) (string, bool)

// environment is the one table of the options that can also be set by a variable. Credentials are
// not in it: see credentials.go.
var environment = map[string]string{
	"base_url":        "ACSMON_BASE_URL",
	"validate_certs":  "ACSMON_VERIFY_TLS",
	"ca_path":         "ACSMON_CA_PATH",
	"timeout":         "ACSMON_TIMEOUT",
	"connect_timeout": "ACSMON_CONNECT_TIMEOUT",
	"max_wait":        "ACSMON_MAX_WAIT",
	"profile":         "ACSMON_PROFILE",
	"max_rows":        "ACSMON_MAX_ROWS",
	"max_megabytes":   "ACSMON_MAX_MEGABYTES",
}

// Connection is everything that is needed to talk to one ACS Monitor.
type Connection struct {
	// MaxWait is how long one task may wait for rate limits, maintenance and repeats.
	MaxWait time.Duration
	// Profile is what is known of the server.
	Profile profile.Profile
	// Warnings are sentences for the user.
	Warnings []string
	// OnWarning is called for each warning that arises later, unless it is nil.
	OnWarning func(format string, a ...any)

	door        Door
	baseURL     string
	origin      string
	ingest      acsmon.Secret // of a connection that pushes events; its baseURL is ""
	credentials credentials
	proxy       string
	headers     map[string]any
	secrets     *untrusted.Secrets
	options     []acsmon.Option
	profilePath string // "" if there is no place for one
}

// Resolve makes a connection from the options that the user gave and the environment. The options
// must not include defaults, which the user did not give. The error names the option or the
// variable that is missing or wrong, as users of the door know it. The credentials become part of
// secrets, which may be nil, and so does each token that a login returns.
func Resolve(door Door, given map[string]any, lookup Lookup, secrets *untrusted.Secrets) (*Connection, error) {
	s := source{door: door, given: given, lookup: lookup}
	store := openStore()
	c := &Connection{door: door, secrets: cmp.Or(secrets, &untrusted.Secrets{})}
	var err error
	if c.baseURL, err = s.baseURL(store); err != nil {
		return nil, err
	}
	hideEnvironment(c.secrets, lookup)
	c.secrets.Add(untrusted.URLSecrets(c.baseURL)...) // such a URL is refused and quoted
	if c.origin, err = acsmon.Origin(c.baseURL); err != nil {
		_, name := s.value("base_url")
		return nil, fmt.Errorf("%s: %w", cmp.Or(name, store.tokenPath()), err)
	}
	c.secrets.Open(c.baseURL, c.origin)
	if c.credentials, err = s.credentials(c.origin, store); err != nil {
		return nil, err
	}
	c.secrets.Add(c.credentials.token.Reveal(), c.credentials.password.Reveal())
	if err := c.setTransport(s); err != nil {
		return nil, err
	}
	c.sendHeaders()
	if err := c.addProfile(s, store); err != nil {
		return nil, err
	}
	if err := c.traceTo(lookup); err != nil {
		return nil, err
	}
	if warning := Unprotected(door, c.origin, given, lookup); warning != "" {
		c.Warnings = append(c.Warnings, warning)
	}
	return c, nil
}

// Client returns a client of the API over this connection.
func (c *Connection) Client(extra ...acsmon.Option) (*acsmon.Client, error) {
	options := append(slices.Clone(c.options), userAgent(), acsmon.WithPageSizes(c.Profile.PageSizes()), c.credentials.option(c), acsmon.WithRedactor(c.secrets.Redact), acsmon.WithTrace(c.learn),
		acsmon.WithNotice(func(notice string) { c.warn("%s", notice) }), acsmon.WithPagesCapped(c.rememberCap))
	if c.knowsCap() {
		options = append(options, acsmon.WithCappedPages())
	}
	return acsmon.New(c.baseURL, append(options, extra...)...)
}

// Explain returns the error with what the user of the connection can do about it.
func (c *Connection) Explain(err error) error { return c.door.Explain(err) }

// userAgent tells the server which release asks, from every door.
func userAgent() acsmon.Option {
	return acsmon.WithApplication("acsmon-ansible", version.Release())
}

// Origin returns the scheme, host and port to which the credentials are sent.
func (c *Connection) Origin() string { return c.origin }

// Server is the base URL without the API's own path. Two connections with the same one have the
// same server.
func (c *Connection) Server() string {
	path := ""
	if u, err := url.Parse(c.baseURL); err == nil {
		path = strings.TrimSuffix(strings.TrimRight(u.Path, "/"), "/api/v1")
	}
	return c.origin + path
}

// Identity differs between connections that may see different things: by server, path and
// credentials. It is a hash, which reveals none of them.
func (c *Connection) Identity() string {
	sum := sha256.Sum256([]byte(strings.Join([]string{
		c.baseURL, c.credentials.token.Reveal(), c.credentials.email, c.credentials.password.Reveal(),
	}, "\x00")))
	return hex.EncodeToString(sum[:])
}

// RedactRow takes the secrets out of a row.
func (c *Connection) RedactRow(row acsmon.Fields) acsmon.Fields {
	if row == nil {
		return nil
	}
	return c.secrets.RedactValue(map[string]any(row)).(map[string]any)
}

// Redact takes the secrets out of a text.
func (c *Connection) Redact(text string) string { return c.secrets.Redact(text) }

func (c *Connection) warn(format string, a ...any) {
	if c.OnWarning != nil {
		c.OnWarning(format, a...)
	}
}

// shortestHeaderSecret keeps a header such as "X-Team: web" from hiding every "web".
const shortestHeaderSecret = 8

// hideHeader makes the value of a header a secret: it may be a gateway's key.
func (c *Connection) hideHeader(value string) {
	if len(value) >= shortestHeaderSecret {
		c.secrets.Add(value)
	}
}

func (c *Connection) setTransport(s source) error {
	timeout, err := s.seconds("timeout", 30)
	if err != nil {
		return err
	}
	connect, err := s.seconds("connect_timeout", 10)
	if err != nil {
		return err
	}
	if c.MaxWait, err = s.seconds("max_wait", 300); err != nil {
		return err
	}
	verify, err := s.bool("validate_certs", true)
	if err != nil {
		return err
	}
	rows, err := s.whole("max_rows", 1_000_000)
	if err != nil {
		return err
	}
	megabytes, err := s.whole("max_megabytes", 2048)
	if err != nil {
		return err
	}
	c.options = []acsmon.Option{
		acsmon.WithTimeout(timeout), acsmon.WithConnectTimeout(connect), acsmon.WithMaxWait(c.MaxWait), acsmon.WithMaxList(rows, int64(megabytes)<<20),
	}
	if !verify {
		c.options = append(c.options, acsmon.WithInsecureTLS())
	}
	if path := folders.ExpandHome(s.text("ca_path")); path != "" {
		c.options = append(c.options, acsmon.WithCAFile(path))
	}
	if c.proxy = s.text("proxy"); c.proxy != "" {
		c.secrets.Add(untrusted.URLSecrets(c.proxy)...)
		c.options = append(c.options, acsmon.WithProxy(c.proxy))
	}
	c.headers, _ = s.given["headers"].(map[string]any)
	return nil
}

// sendHeaders adds the headers of the settings to each request.
func (c *Connection) sendHeaders() {
	for _, name := range slices.Sorted(maps.Keys(c.headers)) {
		if c.headers[name] != nil {
			c.hideHeader(fmt.Sprint(c.headers[name]))
			c.options = append(c.options, acsmon.WithHeader(name, fmt.Sprint(c.headers[name])))
		}
	}
}

// Unprotected returns a warning if others on the network can read what is sent to an origin, and ""
// otherwise.
func Unprotected(door Door, origin string, given map[string]any, lookup Lookup) string {
	return unprotected(source{door: door, given: given, lookup: lookup}, origin, "token")
}

// unprotected is Unprotected for any secret.
func unprotected(s source, origin, secret string) string {
	u, err := url.Parse(origin)
	if err != nil || isLoopback(u.Hostname()) {
		return ""
	}
	if u.Scheme == "http" {
		return fmt.Sprintf("%s is plain http: the %s crosses the network unencrypted, use https", origin, secret)
	}
	if verify, err := s.bool("validate_certs", true); verify || err != nil {
		return ""
	}
	_, name := s.value("validate_certs")
	return fmt.Sprintf("the certificate of %s is not verified, because %s is false: a machine that answers in its place gets the %s; "+
		"name the CA of the server with %s instead", origin, name, secret, s.door.setting("ca_path"))
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || ip != nil && ip.IsLoopback()
}

// source is where settings are looked up, one after the other.
type source struct {
	door   Door
	given  map[string]any
	lookup Lookup
}

// value returns the value of a setting and the name by which the user gave it.
func (s source) value(option string) (any, string) {
	if v := s.given[option]; v != nil {
		return v, s.door.given(option)
	}
	if variable := environment[option]; variable != "" {
		if v, ok := s.lookup(variable); ok && strings.TrimSpace(v) != "" {
			return strings.TrimSpace(v), variable
		}
	}
	return nil, ""
}

func (s source) text(option string) string {
	v, _ := s.value(option)
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}

func (s source) baseURL(store *store) (string, error) {
	if url := s.text("base_url"); url != "" {
		return url, nil
	}
	_, url, err := store.token()
	if err != nil || url != "" {
		return url, err
	}
	return "", fmt.Errorf("there is no base URL: set %s to the address of the web interface, or run acsmon login",
		s.door.settingOr("base_url", "ACSMON_BASE_URL"))
}

func (s source) seconds(option string, fallback float64) (time.Duration, error) {
	v, name := s.value(option)
	if v == nil {
		return time.Duration(fallback * float64(time.Second)), nil
	}
	seconds, err := strconv.ParseFloat(fmt.Sprint(v), 64)
	if err != nil || !(seconds >= 0 && seconds <= 1e9) {
		return 0, fmt.Errorf("%s is %q: give a number of seconds", name, fmt.Sprint(v))
	}
	return time.Duration(seconds * float64(time.Second)), nil
}

func (s source) whole(option string, fallback int) (int, error) {
	v, name := s.value(option)
	if v == nil {
		return fallback, nil
	}
	n, err := strconv.Atoi(fmt.Sprint(v))
	if err != nil || n < 1 || n > 1e9 {
		return 0, fmt.Errorf("%s is %q: give a whole number, 1 or more", name, fmt.Sprint(v))
	}
	return n, nil
}

func (s source) bool(option string, fallback bool) (bool, error) {
	v, name := s.value(option)
	switch strings.ToLower(fmt.Sprint(v)) {
	case "<nil>":
		return fallback, nil
	case "true", "yes", "on", "y", "t", "1":
		return true, nil
	case "false", "no", "off", "n", "f", "0":
		return false, nil
	}
	return false, fmt.Errorf("%s is %q: give true or false", name, fmt.Sprint(v))
}
