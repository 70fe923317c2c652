// SPDX-License-Identifier: GPL-3.0-or-later

package settings

import (
	"errors"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
	"github.com/acsmon/acsmon-ansible/internal/folders/folderstest"
)

const (
	here  = "https://here.example.com"
	there = "https://there.example.com"
)

type options = map[string]any

// environ are environment variables, with a home of its own.
type environ map[string]string

func newEnviron(t *testing.T, variables ...string) environ {
	t.Helper()
	env := environ{"HOME": folderstest.Home(t)}
	for i := 0; i < len(variables); i += 2 {
		env[variables[i]] = variables[i+1]
	}
	return env
}

func (e environ) lookup(name string) (string, bool) {
	value, ok := e[name]
	return value, ok
}

func (e environ) tokenPath() string { return filepath.Join(e["HOME"], ".config", "acsmon", "token") }

// keeps writes a token file as another client does, or acsmon login where a server
// is named.
func (e environ) keeps(t *testing.T, token, server string) {
	t.Helper()
	if server != "" {
		if err := openStore().keep(acsmon.Secret(token), server); err != nil {
			t.Fatal(err)
		}
		return
	}
	e.writes(t, e.tokenPath(), token+"\n", 0o600)
}

func (e environ) writes(t *testing.T, path, content string, mode os.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

// used says which credentials a connection uses.
func (c *Connection) used() string {
	if c.credentials.token != "" {
		return c.credentials.token.Reveal()
	}
	return c.credentials.email + " " + c.credentials.password.Reveal()
}

func says(t *testing.T, err error, words ...string) {
	t.Helper()
	for _, words := range words {
		if err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("the error does not say %q: %v", words, err)
		}
	}
}

// A credentialSource is what the options of a task, the environment or the token file give.
type credentialSource struct {
	gives string // the credentials; "" for none
	fails string // what the error says of them
	given map[string]string
}

var optionSources = []credentialSource{
	{"", "", nil},
	{"", "token is empty: give it a value, or leave it out", map[string]string{"token": " "}},
	{"", "email is empty", map[string]string{"email": "", "password": "option"}},
	{"", "password is empty", map[string]string{"email": "o@example.com", "password": ""}},
	{"option", "", map[string]string{"token": "option"}},
	{"o@example.com option", "", map[string]string{"email": "o@example.com", "password": "option"}},
	{"", "email is set without password", map[string]string{"email": "o@example.com"}},
	{"", "password is set without email", map[string]string{"password": "option"}},
}

func environmentSources(tokenFile, emptyFile string) []credentialSource {
	return []credentialSource{
		{"", "", nil},
		{"", "", map[string]string{"ACSMON_TOKEN": "", "ACSMON_EMAIL": " "}},
		{"env", "", map[string]string{"ACSMON_TOKEN": "env\n"}},
		{"envfile", "", map[string]string{"ACSMON_TOKEN_FILE": tokenFile}},
		{"env", "", map[string]string{"ACSMON_TOKEN": "env", "ACSMON_TOKEN_FILE": tokenFile, "ACSMON_EMAIL": "e@example.com"}},
		{"envfile", "", map[string]string{"ACSMON_TOKEN_FILE": tokenFile, "ACSMON_EMAIL": "e@example.com", "ACSMON_PASSWORD": "env"}},
		{"e@example.com env", "", map[string]string{"ACSMON_EMAIL": "e@example.com", "ACSMON_PASSWORD": "env"}},
		{"", "ACSMON_EMAIL is set without ACSMON_PASSWORD", map[string]string{"ACSMON_EMAIL": "e@example.com"}},
		{"", "ACSMON_PASSWORD is set without ACSMON_EMAIL", map[string]string{"ACSMON_PASSWORD": "env"}},
		{"", "ACSMON_TOKEN_FILE names cannot be read", map[string]string{"ACSMON_TOKEN_FILE": tokenFile + "x"}},
		{"", "that ACSMON_TOKEN_FILE names is empty", map[string]string{"ACSMON_TOKEN_FILE": emptyFile}},
		{"", "it is not a regular file", map[string]string{"ACSMON_TOKEN_FILE": os.DevNull}},
	}
}

var tokenFileSources = []credentialSource{{"", "", nil}, {"file", "", map[string]string{"server": ""}}, {"file", "", map[string]string{"server": here}}}

// wanted returns what a connection uses, or what the error says, of what the sources give: the
// lowest source comes first.
func wanted(sources ...credentialSource) (uses, fails string) {
	fails = "there is no token for https://here.example.com:443: set token or ACSMON_TOKEN"
	for _, s := range sources {
		if s.gives != "" || s.fails != "" {
			uses, fails = s.gives, s.fails
		}
	}
	return uses, fails
}

// TestTheHighestSourceWithAnyCredentialWins takes every combination of what the three sources can
// give.
func TestTheHighestSourceWithAnyCredentialWins(t *testing.T) {
	tokenFile, emptyFile := filepath.Join(t.TempDir(), "token"), filepath.Join(t.TempDir(), "empty")
	if err := errors.Join(os.WriteFile(tokenFile, []byte(" envfile\n"), 0o644), os.WriteFile(emptyFile, nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	for _, option := range optionSources {
		for _, environment := range environmentSources(tokenFile, emptyFile) {
			for _, file := range tokenFileSources {
				env := newEnviron(t, "ACSMON_BASE_URL", here)
				maps.Copy(env, environment.given)
				args := options{}
				for name, value := range option.given {
					args[name] = value
				}
				if file.gives != "" {
					env.keeps(t, "file", file.given["server"])
				}
				want, fails := wanted(file, environment, option)
				c, err := Resolve(Task, args, env.lookup, nil)
				if want == "" {
					says(t, err, fails)
				} else if err != nil {
					t.Errorf("with %v, %v, %v: %v, want %s to be used", option.given, environment.given, file.given, err, want)
				} else if got := c.used(); got != want {
					t.Errorf("with %v, %v, %v: %s is used, want %s", option.given, environment.given, file.given, got, want)
				}
			}
		}
	}
}

// tokensOfServers says for which server a token is used.
var tokensOfServers = []struct {
	name  string
	args  options
	env   []string
	login string // the server of acsmon login's token; "bare": a token without one
	used  string
	fails []string
}{
	{name: "the environment's, of its own server", env: []string{"ACSMON_BASE_URL", here, "ACSMON_TOKEN", "env"}, used: "env"},
	{name: "in another spelling", args: options{"base_url": "HTTPS://Here.example.com:443/monitoring/"}, env: []string{"ACSMON_BASE_URL", here, "ACSMON_TOKEN", "env"}, used: "env"},
	{
		name: "of another host", args: options{"base_url": there}, env: []string{"ACSMON_BASE_URL", here, "ACSMON_TOKEN", "env"},
		fails: []string{"https://here.example.com:443", "https://there.example.com:443", "own token"},
	},
	{
		name: "of another port", args: options{"base_url": here + ":8443"}, env: []string{"ACSMON_BASE_URL", here, "ACSMON_TOKEN", "env"},
		fails: []string{"https://here.example.com:8443"},
	},
	{
		name: "of another scheme", args: options{"base_url": "http://here.example.com:443"}, env: []string{"ACSMON_BASE_URL", here, "ACSMON_TOKEN", "env"},
		fails: []string{"http://here.example.com:443"},
	},
	{
		name: "e-mail and password too", args: options{"base_url": there}, env: []string{"ACSMON_BASE_URL", here, "ACSMON_EMAIL", "e", "ACSMON_PASSWORD", "p"},
		fails: []string{"the credentials in the environment", "https://there.example.com:443"},
	},
	{name: "a task's own goes where it says", args: options{"base_url": there, "token": "option"}, env: []string{"ACSMON_BASE_URL", here, "ACSMON_TOKEN", "env"}, used: "option"},
	{name: "the environment's without a server", args: options{"base_url": there}, env: []string{"ACSMON_TOKEN", "env"}, used: "env"},
	{name: "login's, without a base URL", login: here, used: "file"},
	{name: "login's, of the same", args: options{"base_url": here}, login: here + "/", used: "file"},
	{
		name: "login's, of another", args: options{"base_url": there}, login: here,
		fails: []string{"acsmon login", "https://here.example.com:443", "https://there.example.com:443"},
	},
	{name: "login's, of another than the environment's", env: []string{"ACSMON_BASE_URL", there}, login: here, fails: []string{"acsmon login"}},
	{name: "a bare one, of the environment's", env: []string{"ACSMON_BASE_URL", here}, login: "bare", used: "file"},
	{name: "a bare one, of another", args: options{"base_url": there}, env: []string{"ACSMON_BASE_URL", here}, login: "bare", fails: []string{"https://here.example.com:443"}},
	{name: "a bare one, of none", args: options{"base_url": there}, login: "bare", fails: []string{"does not say which server", "ACSMON_BASE_URL"}},
	{name: "no base URL at all", login: "bare", fails: []string{"there is no base URL", "base_url", "ACSMON_BASE_URL", "acsmon login"}},
}

// TestATokenGoesToItsOwnServer is the one rule that must never be wrong.
func TestATokenGoesToItsOwnServer(t *testing.T) {
	for _, test := range tokensOfServers {
		t.Run(test.name, func(t *testing.T) {
			env := newEnviron(t, test.env...)
			switch test.login {
			case "":
			case "bare":
				env.keeps(t, "file", "")
			default:
				env.keeps(t, "file", test.login)
			}
			c, err := Resolve(Task, test.args, env.lookup, nil)
			if test.fails != nil {
				says(t, err, test.fails...)
			} else if err != nil {
				t.Error(err)
			} else if got := c.used(); got != test.used {
				t.Errorf("%s is used, want %s", got, test.used)
			}
		})
	}
}

func TestWhatLoginRecordedIsNotOfATokenThatCameLater(t *testing.T) {
	env := newEnviron(t)
	env.keeps(t, "file", here)
	env.keeps(t, "other", "")
	_, err := Resolve(Task, options{"base_url": here}, env.lookup, nil)
	says(t, err, "does not say which server")
	env["ACSMON_BASE_URL"] = there
	if c, err := Resolve(CommandLine, nil, env.lookup, nil); err != nil {
		t.Error(err)
	} else if c.used() != "other" || c.Origin() != there+":443" {
		t.Errorf("%s is used for %s, want other for %s:443", c.used(), c.Origin(), there)
	}
}

func TestTheTokenFileIsPrivate(t *testing.T) {
	for mode, fails := range map[os.FileMode]bool{0o600: false, 0o400: false, 0o640: true, 0o604: true, 0o644: true, 0o666: true, 0o610: true} {
		env := newEnviron(t, "ACSMON_BASE_URL", here)
		env.writes(t, env.tokenPath(), "file", mode)
		_, err := Resolve(CommandLine, nil, env.lookup, nil)
		if fails {
			says(t, err, env.tokenPath(), "can be read by others", "chmod 600")
			delete(env, "ACSMON_BASE_URL")
			_, err = Resolve(CommandLine, nil, env.lookup, nil)
			says(t, err, "chmod 600")
		} else if err != nil {
			t.Errorf("%04o: %v", mode, err)
		}
		env["ACSMON_BASE_URL"] = here
		if _, err := Resolve(Task, options{"token": "option"}, env.lookup, nil); err != nil {
			t.Errorf("%04o matters although it is not used: %v", mode, err)
		}
	}
	env := newEnviron(t)
	env.keeps(t, "file", here)
	for _, name := range []string{"token", "token.origin"} {
		info, err := os.Stat(filepath.Join(filepath.Dir(env.tokenPath()), name))
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v, %v", name, info.Mode(), err)
		}
	}
	if record, _ := os.ReadFile(env.tokenPath() + ".origin"); strings.Contains(string(record), "file") {
		t.Errorf("the token is in %s", record)
	}
}

func TestTransportSettings(t *testing.T) {
	for _, test := range []struct {
		args  options
		env   []string
		fails string
	}{
		{options{"timeout": int64(5), "max_wait": int64(0), "validate_certs": false, "headers": options{"X-A": int64(1), "X-B": nil}}, nil, ""},
		{nil, []string{"ACSMON_TIMEOUT", "2.5", "ACSMON_CONNECT_TIMEOUT", "1", "ACSMON_MAX_WAIT", "60", "ACSMON_VERIFY_TLS", "off"}, ""},
		{nil, []string{"ACSMON_TIMEOUT", "soon"}, `ACSMON_TIMEOUT is "soon": give a number of seconds`},
		{nil, []string{"ACSMON_MAX_WAIT", "-1"}, "ACSMON_MAX_WAIT"},
		{nil, []string{"ACSMON_MAX_WAIT", "NaN"}, "ACSMON_MAX_WAIT"},
		{nil, []string{"ACSMON_VERIFY_TLS", "maybe"}, `ACSMON_VERIFY_TLS is "maybe": give true or false`},
		{options{"timeout": int64(0)}, nil, "time-out"},
		{options{"ca_path": "/nowhere"}, nil, "/nowhere"},
		{options{"proxy": "nonsense"}, nil, "proxy"},
		{options{"headers": options{"X A": "1"}}, nil, "header"},
		{options{"base_url": "ftp://here"}, nil, "base_url: the base URL does not begin with https://"},
	} {
		env := newEnviron(t, append([]string{"ACSMON_BASE_URL", here, "ACSMON_TOKEN", "env"}, test.env...)...)
		c, err := Resolve(Task, test.args, env.lookup, nil)
		if err == nil {
			_, err = c.Client()
		}
		if test.fails != "" {
			says(t, err, test.fails)
		} else if err != nil {
			t.Errorf("%+v: %v", test, err)
		}
	}
	env := newEnviron(t, "ACSMON_BASE_URL", here, "ACSMON_TOKEN", "env", "ACSMON_MAX_WAIT", "60")
	if c, _ := Resolve(CommandLine, nil, env.lookup, nil); c.MaxWait.Seconds() != 60 {
		t.Errorf("max_wait is %v", c.MaxWait)
	}
	if c, _ := Resolve(Task, options{"max_wait": int64(7)}, env.lookup, nil); c.MaxWait.Seconds() != 7 {
		t.Errorf("max_wait is %v", c.MaxWait)
	}
}

func TestPlainHTTPIsWarnedOf(t *testing.T) {
	for url, warned := range map[string]bool{
		"https://monitoring.example.com": false, "http://monitoring.example.com": true, "http://192.0.2.1:8080": true,
		"http://localhost:8080": false, "http://127.0.0.1": false, "http://[::1]:80": false, "http://x.localhost": false, "http://localhost.example.com": true,
	} {
		c, err := Resolve(Task, options{"base_url": url, "token": "t"}, newEnviron(t).lookup, nil)
		if err != nil || len(c.Warnings) > 0 != warned {
			t.Errorf("%s: the warnings are %v, want one: %t (%v)", url, c.Warnings, warned, err)
		}
	}
}

func TestUnverifiedCertificatesAreWarnedOf(t *testing.T) {
	tests := map[string]struct {
		door  Door
		given options
		value string // of ACSMON_VERIFY_TLS
		want  string
	}{
		"verified":             {Task, options{}, "", ""},
		"verified by request":  {Task, options{"validate_certs": true}, "false", ""},
		"not verified":         {Task, options{"validate_certs": false}, "", "because validate_certs is false: a machine that answers in its place gets the token; name the CA of the server with ca_path instead"},
		"by the environment":   {Task, options{}, "no", "because ACSMON_VERIFY_TLS is false"},
		"on the command line":  {CommandLine, options{"validate_certs": false}, "", "because --validate-certs is false: a machine that answers in its place gets the token; name the CA of the server with ACSMON_CA_PATH"},
		"in an inventory":      {Inventory, options{"validate_certs": false}, "", "with ca_path or ACSMON_CA_PATH"},
		"on the same computer": {Task, options{"validate_certs": false, "base_url": "https://localhost"}, "", ""},
		"plain http":           {Task, options{"validate_certs": false, "base_url": "http://example.com"}, "", "plain http"},
	}
	for name, test := range tests {
		env := newEnviron(t)
		env["ACSMON_VERIFY_TLS"] = test.value
		given := options{"base_url": there, "token": "t"}
		maps.Copy(given, test.given)
		c, err := Resolve(test.door, given, env.lookup, nil)
		if err != nil || len(c.Warnings) > 1 || (test.want == "") != (len(c.Warnings) == 0) || !strings.Contains(strings.Join(c.Warnings, ""), test.want) {
			t.Errorf("%s: got %q, %v, want %q", name, c.Warnings, err, test.want)
		}
	}
}

func TestSecretsAndIdentity(t *testing.T) {
	env := newEnviron(t)
	a, _ := Resolve(Task, options{"base_url": here, "token": "t1", "proxy": "http://u:proxypass@proxy:1"}, env.lookup, nil)
	if got := a.Redact("t1"); got != "********" {
		t.Errorf("the token is %q", got)
	}
	if got := a.Redact("by proxypass"); got != "by ********" {
		t.Errorf("the proxy's password is in %q", got)
	}
	b, _ := Resolve(Task, options{"base_url": here, "token": "t2"}, env.lookup, nil)
	c, _ := Resolve(Task, options{"base_url": there, "token": "t1"}, env.lookup, nil)
	again, _ := Resolve(Task, options{"base_url": here, "token": "t1"}, env.lookup, nil)
	if a.Identity() == b.Identity() || a.Identity() == c.Identity() || a.Identity() != again.Identity() || strings.Contains(a.Identity(), "t1") {
		t.Error("the identities are not those of server and credentials")
	}
}

func TestRedactHidesASecretWithinAnother(t *testing.T) {
	c, err := Resolve(Task, options{"base_url": here, "token": "tok1", "headers": map[string]any{"X-Gate": "key-tok1-more"}}, newEnviron(t).lookup, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Redact("tok1, key-tok1-more"); got != "********, ********" {
		t.Errorf("it gives %q", got)
	}
}

// account is a server with somebody who can log in.
func account(t *testing.T) (*acsmontest.Server, options) {
	t.Helper()
	server := acsmontest.Start(t, acsmontest.Options{Devices: 1})
	server.AddUser("api@example.com", "secret", "devices.view")
	return server, options{"base_url": server.URL, "email": "api@example.com", "password": "secret"}
}

// look makes one request with the settings, in a client of its own.
func look(t *testing.T, args options, lookup Lookup) error {
	t.Helper()
	c, err := Resolve(Task, args, lookup, nil)
	if err != nil {
		return err
	}
	client, err := c.Client()
	if err != nil {
		return err
	}
	defer client.CloseIdleConnections()
	_, err = acsmon.Collect(client.Devices.List(t.Context(), acsmon.Query{}))
	return err
}

func logins(server *acsmontest.Server) int {
	n := 0
	for _, request := range server.Requests() {
		if request.Path == "/auth/login" {
			n++
		}
	}
	return n
}

// looks runs tasks, each of which has to find its way in.
func looks(t *testing.T, args options, env environ, tasks int) {
	t.Helper()
	for range tasks {
		if err := look(t, args, env.lookup); err != nil {
			t.Fatal(err)
		}
	}
}

// session is the path of the one session that is kept.
func (e environ) session(t *testing.T) string {
	t.Helper()
	files, _ := filepath.Glob(filepath.Join(e["HOME"], ".config/acsmon/sessions/*"))
	if len(files) != 1 {
		t.Fatalf("the sessions are %v, want one", files)
	}
	return files[0]
}

func TestLoginsAreKept(t *testing.T) {
	server, args := account(t)
	env := newEnviron(t)
	looks(t, args, env, 3)
	if n := logins(server); n != 1 {
		t.Errorf("three tasks logged in %d times, want once", n)
	}
	path := env.session(t)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if mode := info.Mode().Perm(); mode != 0o600 {
		t.Errorf("the session has the mode %v, want 0600", mode)
	}
	if content, err := os.ReadFile(path); err != nil || strings.Contains(string(content), `"secret"`) {
		t.Errorf("the password is kept: %s (%v)", content, err)
	}
}

func TestARevokedLoginIsMadeAgainOnce(t *testing.T) {
	server, args := account(t)
	env := newEnviron(t)
	looks(t, args, env, 1)
	f := sessionFile{path: env.session(t)}
	if err := f.load(); err != nil {
		t.Fatal(err)
	}
	server.Revoke(f.session.Token)
	looks(t, args, env, 2)
	if n := logins(server); n != 2 {
		t.Errorf("a revoked token was followed by %d logins, want 1", n-1)
	}
}

func TestASessionThatOthersCanReadIsRefused(t *testing.T) {
	_, args := account(t)
	env := newEnviron(t)
	looks(t, args, env, 1)
	if err := os.Chmod(env.session(t), 0o644); err != nil {
		t.Fatal(err)
	}
	says(t, look(t, args, env.lookup), "can be read by others", "chmod 600")
}

func TestABrokenSessionIsReplaced(t *testing.T) {
	server, args := account(t)
	env := newEnviron(t)
	looks(t, args, env, 1)
	if err := os.WriteFile(env.session(t), []byte("{half"), 0o600); err != nil {
		t.Fatal(err)
	}
	looks(t, args, env, 1)
	if n := logins(server); n != 2 {
		t.Errorf("a broken session was followed by %d logins, want 1", n-1)
	}
}

func TestManyTasksLogInOnce(t *testing.T) {
	server, args := account(t)
	env := newEnviron(t)
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if err := look(t, args, env.lookup); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := logins(server); n != 1 {
		t.Errorf("twenty tasks logged in %d times", n)
	}
}

func TestSessionsAreApart(t *testing.T) {
	server, args := account(t)
	server.AddUser("other@example.com", "secret", "devices.view")
	env := newEnviron(t)
	other := options{"base_url": server.URL, "email": "other@example.com", "password": "secret"}
	for _, a := range []options{args, other, args} {
		if err := look(t, a, env.lookup); err != nil {
			t.Fatal(err)
		}
	}
	if n := logins(server); n != 2 {
		t.Errorf("two accounts logged in %d times", n)
	}
}

// TestWhereNothingCanBeKept is a container's user: no home, or one that cannot be
// written to. Everything works, with a login a task.
func TestWhereNothingCanBeKept(t *testing.T) {
	for name, home := range map[string]string{"no home": "", "not a folder": os.DevNull} {
		t.Run(name, func(t *testing.T) {
			server, args := account(t)
			env := newEnviron(t)
			t.Setenv("HOME", home)
			t.Setenv("TMPDIR", t.TempDir())
			for range 2 {
				if warnings := lookWarned(t, args, env.lookup); len(warnings) != 1 || !strings.Contains(warnings[0], "each task logs in by itself") {
					t.Errorf("the warnings are %q", warnings)
				}
			}
			if n := logins(server); n != 2 {
				t.Errorf("%d logins", n)
			}
			if _, err := Login(t.Context(), server.URL, "api@example.com", "secret", env.lookup); err == nil {
				t.Error("login kept a token nowhere")
			}
			if err := look(t, options{"base_url": server.URL, "token": server.Token}, env.lookup); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestLoginAndLogout(t *testing.T) {
	server, args := account(t)
	env := newEnviron(t)
	user, err := Login(t.Context(), server.URL+"/", "api@example.com", "secret", env.lookup)
	if err != nil || user.Email != "api@example.com" {
		t.Fatalf("the user is %v, want api@example.com: %v", user, err)
	}
	if err := look(t, nil, env.lookup); err != nil { // no setting but what login kept
		t.Errorf("after login: %v", err)
	}
	if err := look(t, args, env.lookup); err != nil {
		t.Fatal(err)
	}
	servers, err := Logout(t.Context(), env.lookup)
	if err != nil || len(servers) != 2 {
		t.Errorf("logged out at %v, %v", servers, err)
	}
	left, _ := filepath.Glob(filepath.Join(env["HOME"], ".config/acsmon/*"))
	sessions, _ := filepath.Glob(filepath.Join(env["HOME"], ".config/acsmon/sessions/*"))
	if len(left) > 1 || len(sessions) > 0 {
		t.Errorf("logout left %v %v", left, sessions)
	}
	revoked := 0
	for _, request := range server.Requests() {
		if request.Path == "/auth/logout" && request.Status == http.StatusOK {
			revoked++
		}
	}
	if revoked != 2 {
		t.Errorf("%d tokens were revoked", revoked)
	}
	if servers, err := Logout(t.Context(), env.lookup); err != nil || len(servers) != 0 {
		t.Errorf("another logout: %v, %v", servers, err)
	}
}

func TestLoginThatIsRefused(t *testing.T) {
	server, _ := account(t)
	env := newEnviron(t)
	_, err := Login(t.Context(), server.URL, "api@example.com", "wrong-password", env.lookup)
	says(t, err, "credentials do not match")
	if strings.Contains(err.Error(), "wrong-password") {
		t.Errorf("the password is in %v", err)
	}
	if _, err := os.Stat(env.tokenPath()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("there is a token file: %v", err)
	}
}

func TestLogoutThatFails(t *testing.T) {
	server, args := account(t)
	env := newEnviron(t)
	if _, err := Login(t.Context(), server.URL, "api@example.com", "secret", env.lookup); err != nil {
		t.Fatal(err)
	}
	if err := look(t, args, env.lookup); err != nil {
		t.Fatal(err)
	}
	server.Inject(acsmontest.Fault{Path: "/auth/logout", Times: 1, Do: acsmontest.Status(403)})
	servers, err := Logout(t.Context(), env.lookup)
	says(t, err, "the token for "+server.URL+" is not revoked")
	if len(servers) != 1 {
		t.Errorf("the other one was not revoked: %v", servers)
	}
	if _, err := os.Stat(env.tokenPath()); err != nil {
		t.Errorf("a token that lives on was forgotten: %v", err)
	}
	if servers, err := Logout(t.Context(), env.lookup); err != nil || len(servers) != 1 {
		t.Errorf("the next logout: %v, %v", servers, err)
	}

	env = newEnviron(t)
	env.keeps(t, "1|bare", "")
	_, err = Logout(t.Context(), env.lookup)
	says(t, err, env.tokenPath(), "does not say which server", "ACSMON_BASE_URL")

	env = newEnviron(t)
	env.writes(t, filepath.Join(env["HOME"], ".config/acsmon/sessions/.new-1"), "{half", 0o600)
	if servers, err := Logout(t.Context(), env.lookup); err != nil || len(servers) != 0 {
		t.Errorf("with what a process left behind: %v, %v", servers, err)
	}
}
