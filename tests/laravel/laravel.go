// SPDX-License-Identifier: GPL-3.0-or-later

package laravel

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// Options shape a Server. The zero value is an empty install without limits.
type Options struct {
	// Switches set what nothing public settles: name to value, see [Switches].
	Switches map[string]string

	// RateLimit is how many requests a minute each user may send, LoginLimit how many logins each
	// address may try, LicenceCap how many devices and monitors there may be; 0 means no limit.
	RateLimit, LoginLimit, LicenceCap int

	// PerPageCap is the largest page; 0 means 100.
	PerPageCap int

	// Debug shows the framework's debug pages, with the SQL of what failed.
	Debug bool
}

// A Server is a Laravel application that answers on a loopback port.
type Server struct {
	URL   string // the base URL, without /api/v1
	Token string // of an administrator

	tb       testing.TB
	cluster  *cluster
	programs programs
	database string
	storage  string

	mu       sync.Mutex
	settings map[string]any
}

// workers is how many requests are processed at the same time.
const workers = "4"

// Start gives a server that runs until the test ends. It skips the test where the system lacks what
// such a server needs.
func Start(tb testing.TB, o Options) *Server {
	tb.Helper()
	c, p, err := sharedCluster()
	if missing := (*missingError)(nil); errors.As(err, &missing) {
		tb.Skip("skipped what runs against a real Laravel application: " + missing.Error())
	}
	s := &Server{tb: tb, cluster: c, programs: p, settings: o.settings()}
	s.must(err)
	s.database, err = c.copyTemplate(p)
	s.must(err)
	tb.Cleanup(func() { c.query(p, "postgres", "drop database if exists "+s.database+" with (force)") })
	s.storage, err = makeStorage(tb.TempDir())
	s.must(err)
	s.must(s.writeSettings())
	server, err := s.listen()
	s.must(err)
	tb.Cleanup(server.stop)
	s.Token = s.tokenOf(s.SQL("select id from users where email = 'admin@example.com'"))
	return s
}

func (s *Server) must(err error) {
	s.tb.Helper()
	if err != nil {
		s.tb.Fatalf("laravel: %v", err)
	}
}

// listen starts PHP's own server on a free port.
func (s *Server) listen() (*process, error) {
	var err error
	for range 5 { // somebody else may take the port first
		var port net.Listener
		if port, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
			return nil, err
		}
		address := port.Addr().String()
		port.Close()
		index := filepath.Join(application(), "public", "index.php")
		command := exec.Command(s.programs.php, "-d", "opcache.enable_cli=1", "-d", "memory_limit=256M", "-S", address, index)
		command.Env = append(environment(s.cluster.dir, s.database, s.storage), "PHP_CLI_SERVER_WORKERS="+workers)
		var server *process
		if server, err = background(command, "TERM", "Development Server"); err == nil {
			s.URL = "http://" + address
			return server, nil
		}
	}
	return nil, err
}

// application is the folder of the PHP code.
func application() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "app")
}

// makeStorage makes what the framework writes to.
func makeStorage(dir string) (string, error) {
	for _, folder := range []string{"framework/cache", "framework/views", "logs"} {
		if err := os.MkdirAll(filepath.Join(dir, folder), 0o700); err != nil {
			return "", err
		}
	}
	return dir, nil
}

// environment is what the application is told: where its database and its storage are.
func environment(socket, database, storage string) []string {
	env := append(os.Environ(), "ACS_DB_HOST="+socket, "ACS_DB_NAME="+database, "ACS_STORAGE="+storage)
	for _, cache := range []string{"CONFIG", "EVENTS", "PACKAGES", "ROUTES", "SERVICES"} {
		env = append(env, "APP_"+cache+"_CACHE="+filepath.Join(storage, strings.ToLower(cache)+".php"))
	}
	return env
}

func artisan(p programs, socket, database, storage string, args ...string) *exec.Cmd {
	command := exec.Command(p.php, append([]string{filepath.Join(application(), "artisan.php")}, args...)...)
	command.Env = environment(socket, database, storage)
	return command
}

// Artisan runs one of the framework's commands, such as down and up.
func (s *Server) Artisan(args ...string) string {
	s.tb.Helper()
	out, err := artisan(s.programs, s.cluster.dir, s.database, s.storage, args...).CombinedOutput()
	if err != nil {
		s.tb.Fatalf("laravel: artisan %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// SQL runs statements on the database of the server, and gives the columns of their rows between
// bars, a row a line.
func (s *Server) SQL(format string, args ...any) string {
	s.tb.Helper()
	out, err := s.cluster.query(s.programs, s.database, fmt.Sprintf(format, args...))
	s.must(err)
	return out
}

// NewToken gives the token of a new user whose role has only these permission slugs.
func (s *Server) NewToken(permissions ...string) string {
	s.tb.Helper()
	slugs, err := json.Marshal(append([]string{}, permissions...))
	s.must(err)
	return s.tokenOf(s.SQL(`with role as (insert into roles (name, permissions) values ('some', '%s') returning id)
		insert into users (name, email, role_id) select 'some', 'some@example.com', id from role returning id`, slugs))
}

// tokenOf makes a token of a user.
func (s *Server) tokenOf(user string) string {
	s.tb.Helper()
	const secret = "0123456789abcdefghijABCDEFGHIJ0123456789"
	hash := sha256.Sum256([]byte(secret))
	id := s.SQL("insert into personal_access_tokens (user_id, hash) values (%s, '%s') returning id", user, hex.EncodeToString(hash[:]))
	return id + "|" + secret
}

// settings are the options as the application's config/acs.php reads them.
func (o Options) settings() map[string]any {
	settings := map[string]any{
		"rate_limit": o.RateLimit, "login_limit": o.LoginLimit, "licence_cap": o.LicenceCap, "debug": o.Debug,
	}
	if o.PerPageCap > 0 {
		settings["per_page_cap"] = o.PerPageCap
	}
	for name, value := range o.Switches {
		settings[name] = value
	}
	return settings
}

// Set changes a switch from the next request on.
func (s *Server) Set(name string, value any) {
	s.tb.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settings = maps.Clone(s.settings)
	s.settings[name] = value
	s.must(s.writeSettings())
}

func (s *Server) writeSettings() error {
	content, err := json.Marshal(s.settings)
	if err != nil {
		return err
	}
	file := filepath.Join(s.storage, "switches.json")
	if err := os.WriteFile(file+".new", content, 0o600); err != nil {
		return err
	}
	return os.Rename(file+".new", file)
}

// Requests are the requests that came so far, each as "METHOD URI STATUS".
func (s *Server) Requests() []string {
	s.tb.Helper()
	content, err := os.ReadFile(filepath.Join(s.storage, "requests.log"))
	if err != nil && !os.IsNotExist(err) {
		s.must(err)
	}
	return strings.FieldsFunc(string(content), func(r rune) bool { return r == '\n' })
}

// Writes are the requests that came so far and were no reads.
func (s *Server) Writes() []string {
	s.tb.Helper()
	var writes []string
	for _, r := range s.Requests() {
		if !strings.HasPrefix(r, "GET ") && !strings.HasPrefix(r, "HEAD ") {
			writes = append(writes, r)
		}
	}
	return writes
}
