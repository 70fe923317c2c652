// SPDX-License-Identifier: GPL-3.0-or-later

package inventory

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
	"github.com/acsmon/acsmon-ansible/internal/folders"
	"github.com/acsmon/acsmon-ansible/internal/folders/folderstest"
	"github.com/acsmon/acsmon-ansible/internal/settings"
)

// cacheFiles lists what is in the cache.
func cacheFiles(t *testing.T) []string {
	t.Helper()
	folder, err := folders.Cache()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(folder, "inventory", "*"))
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func requests(server *acsmontest.Server) int {
	defer server.ResetRequests()
	return len(server.Requests())
}

func TestCacheFilesHoldNoSecretAndAreTheUsersAlone(t *testing.T) {
	server := fleet(t)
	newScript(t, server.URL, server.Token).settings("cache_timeout: 60\n").ok("--list")
	files := cacheFiles(t)
	if len(files) != 1 {
		t.Fatalf("the cache holds %v, want one file", files)
	}
	info, err := os.Stat(files[0])
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the mode of the cache file is %v (%v), want 0600", info.Mode(), err)
	}
	folder, err := os.Stat(filepath.Dir(files[0]))
	if err != nil || folder.Mode().Perm() != 0o700 {
		t.Errorf("the mode of its folder is %v (%v), want 0700", folder.Mode(), err)
	}
	content, err := os.ReadFile(files[0])
	if _, secret, _ := strings.Cut(server.Token, "|"); err != nil || bytes.Contains(content, []byte(secret)) {
		t.Errorf("the cache file holds the token (%v)", err)
	}
}

// What nobody has refreshed for a month is removed when another file is written.
func TestOldCacheFilesAreRemoved(t *testing.T) {
	server := fleet(t)
	s := newScript(t, server.URL, server.Token).settings("cache_timeout: 60\n")
	s.ok("--list")
	s.settings("cache_timeout: 60\nfilters: {status: up}\n").ok("--list")
	kept := cacheFiles(t)
	if len(kept) != 2 {
		t.Fatalf("the cache holds %v, want two files", kept)
	}
	for i, days := range []int{31, 29} {
		written := time.Now().AddDate(0, 0, -days)
		if err := os.Chtimes(kept[i], written, written); err != nil {
			t.Fatal(err)
		}
	}
	s.settings("cache_timeout: 60\nfilters: {status: down}\n").ok("--list")
	left := cacheFiles(t)
	if len(left) != 2 || slices.Contains(left, kept[0]) || !slices.Contains(left, kept[1]) {
		t.Errorf("the cache holds %v, want %s and a new file", left, kept[1])
	}
}

func TestCacheIsKeptApartByAllThatTheAnswersDependOn(t *testing.T) {
	server := fleet(t)
	s := newScript(t, server.URL, server.Token).settings("cache_timeout: 60\n")
	s.ok("--list")
	for _, change := range []struct {
		what  string
		apply func()
	}{
		{"another token", func() { s.env["ACSMON_TOKEN"] = server.NewToken("devices.view", "monitors.view") }},
		{"another query", func() { s.settings("cache_timeout: 60\nfilters: {status: up}\n") }},
		{"more lists", func() { s.settings("cache_timeout: 60\nwith_monitors: true\n") }},
	} {
		server.ResetRequests()
		change.apply()
		s.ok("--list")
		if requests(server) == 0 {
			t.Errorf("%s got the answers that were kept for others", change.what)
		}
	}
	server.ResetRequests()
	s.settings("cache_timeout: 60\nwith_monitors: true\nhostnames: [id]\ngroup_by: []\n").ok("--list")
	if n := requests(server); n != 0 {
		t.Errorf("other names and groups for the same rows cost %d requests", n)
	}
}

func TestRefreshAsksAgain(t *testing.T) {
	server := fleet(t)
	s := newScript(t, server.URL, server.Token).settings("cache_timeout: 60\nfields: [id]\n")
	s.ok("--list")
	server.Add("devices", map[string]any{"name": "new", "ip_address": "10.0.3.1"})
	if _, ok := s.inventory().hosts["new"]; ok {
		t.Error("the cache was not used")
	}
	for range 2 { // the second one from the cache
		if _, ok := s.inventory("--refresh").hosts["new"]; !ok {
			t.Error("--refresh gave kept answers")
		}
	}
	if _, ok := s.inventory().hosts["new"]; !ok {
		t.Error("the fresh answers were not kept")
	}
}

func TestDamagedOrForeignCacheFilesAreNotRead(t *testing.T) {
	for _, test := range []struct {
		name    string
		content string
		mode    fs.FileMode
	}{
		{"half a file", `{"fetched_at":"2026-`, 0o600},
		{"something else", `{"fetched_at":"2999-01-01T00:00:00Z"}`, 0o600},
		{"from the future", `{"fetched_at":"2999-01-01T00:00:00Z","rows":{"devices":[{"id":1,"name":"planted"}]}}`, 0o600},
		{"written by others", "", 0o666},
	} {
		t.Run(test.name, func(t *testing.T) {
			server := fleet(t)
			s := newScript(t, server.URL, server.Token).settings("cache_timeout: 60\n")
			want := s.ok("--list")
			file := cacheFiles(t)[0]
			if test.content != "" {
				if err := os.WriteFile(file, []byte(test.content), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.Chmod(file, test.mode); err != nil {
				t.Fatal(err)
			}
			server.ResetRequests()
			if got := s.ok("--list"); got != want || requests(server) == 0 {
				t.Errorf("the file was used: %s", got)
			}
		})
	}
}

func TestConcurrentRunsAskOnce(t *testing.T) {
	server := fleet(t)
	s := newScript(t, server.URL, server.Token).settings("cache_timeout: 60\n")
	var all sync.WaitGroup
	outputs := make([]string, 8)
	for i := range outputs {
		all.Go(func() { outputs[i], _, _ = s.run("--list") })
	}
	all.Wait()
	for _, output := range outputs {
		if output != outputs[0] || output == "" {
			t.Error("concurrent runs gave different inventories")
		}
	}
	if n := requests(server); n != 1 {
		t.Errorf("%d requests, want 1", n)
	}
}

// A file that was put in the place of another says whose answers it holds.
func TestACacheFileOfAnotherQueryIsNotRead(t *testing.T) {
	server := fleet(t)
	s := newScript(t, server.URL, server.Token).settings("cache_timeout: 60\n")
	s.ok("--list")
	planted, err := os.ReadFile(cacheFiles(t)[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(cacheFiles(t)[0]); err != nil {
		t.Fatal(err)
	}
	s.settings("cache_timeout: 60\nfilters: {status: up}\n")
	want := s.ok("--list")
	if err := os.WriteFile(cacheFiles(t)[0], planted, 0o600); err != nil {
		t.Fatal(err)
	}
	server.ResetRequests()
	if got := s.ok("--list"); got != want || requests(server) == 0 {
		t.Errorf("the file was used: %s", got)
	}
}

func TestACacheFileThatIsAFIFODoesNotHang(t *testing.T) {
	server := fleet(t)
	s := newScript(t, server.URL, server.Token).settings("cache_timeout: 60\n")
	want := s.ok("--list")
	file := cacheFiles(t)[0]
	if err := errors.Join(os.Remove(file), syscall.Mkfifo(file, 0o600)); err != nil {
		t.Fatal(err)
	}
	if got := s.ok("--list"); got != want {
		t.Errorf("the inventory is %s", got)
	}
}

// ages are runs of one inventory, one after another: what each asks of the server, and what it makes
// of a server that is away.
var ages = []struct {
	name     string
	seconds  int // since the first run
	fault    *acsmontest.Fault
	requests int
	stale    bool
	fails    string
}{
	{name: "the first run asks", seconds: 0, requests: 1},
	{name: "within cache_timeout", seconds: 59, requests: 0},
	{name: "after it", seconds: 60, requests: 1},
	{name: "away, within cache_stale", seconds: 60 + 659, fault: &acsmontest.Fault{Times: 1, Do: acsmontest.Answer(429, nil, `{"message":"Too Many Attempts."}`)}, requests: 1, stale: true},
	{name: "a proxy's page in its place", seconds: 60 + 200, fault: &acsmontest.Fault{Times: 1, Do: acsmontest.Answer(200, nil, "<html>Be right back</html>")}, requests: 1, stale: true},
	{name: "away for longer", seconds: 60 + 660, fault: &acsmontest.Fault{Times: 1, Do: acsmontest.Answer(429, nil, `{"message":"Too Many Attempts."}`)}, requests: 1, fails: "429"},
	{name: "refused is not away", seconds: 60 + 100, fault: &acsmontest.Fault{Times: 1, Do: acsmontest.Answer(403, nil, `{"message":"no"}`)}, requests: 1, fails: "403"},
	{name: "back", seconds: 60 + 661, requests: 1},
}

// inventoryAt returns a function that makes the inventory of a server at a time.
func inventoryAt(t *testing.T, server *acsmontest.Server) func(now time.Time) (*inventory, error) {
	t.Helper()
	folderstest.Home(t)
	env := map[string]string{"ACSMON_BASE_URL": server.URL, "ACSMON_TOKEN": server.Token, "ACSMON_MAX_WAIT": "0"}
	connection, err := settings.Resolve(settings.Inventory, nil, lookup(env), nil)
	if err != nil {
		t.Fatal(err)
	}
	s, err := validate(map[string]any{"cache_timeout": 60, "cache_stale": 600, "group_by": []any{}}, "the inventory")
	if err != nil {
		t.Fatal(err)
	}
	q, err := queryOf(s)
	if err != nil {
		t.Fatal(err)
	}
	return func(now time.Time) (*inventory, error) {
		from := source{connection, s, false, func() time.Time { return now }, &warnings{redact: connection.Redact}}
		found, err := from.rows(context.Background(), q)
		if err != nil {
			return nil, err
		}
		return newInventory(from, found, neighbours{})
	}
}

func TestAge(t *testing.T) {
	server := fleet(t)
	at := inventoryAt(t, server)
	start := time.Date(2026, 4, 22, 10, 0, 0, 0, time.UTC)
	for _, step := range ages {
		t.Run(step.name, func(t *testing.T) {
			if step.fault != nil {
				server.Inject(*step.fault)
			}
			i, err := at(start.Add(time.Duration(step.seconds) * time.Second))
			if n := requests(server); n != step.requests {
				t.Errorf("%d requests, want %d", n, step.requests)
			}
			if step.fails != "" {
				if err == nil || !strings.Contains(err.Error(), step.fails) {
					t.Errorf("the error is %v, want %s", err, step.fails)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			said := strings.Contains(string(i.list()), `"acsmon_stale":{"error":`) && len(i.warnings) == 1
			if len(i.hosts) != 5 || said != step.stale {
				t.Errorf("%d hosts, said to be stale: %t, want 5, %t", len(i.hosts), said, step.stale)
			}
		})
	}
}

// A container's user may have no home, or none to write to: the server is asked each
// time, and the plugin door says why.
func TestWithoutAFolderForTheCache(t *testing.T) {
	server := fleet(t)
	s := newScript(t, server.URL, server.Token).settings("cache_timeout: 60\n")
	t.Setenv("XDG_CACHE_HOME", "")
	t.Setenv("TMPDIR", t.TempDir()) // for locks
	for _, home := range []string{"", os.DevNull} {
		t.Setenv("HOME", home)
		for range 2 {
			if said := s.ok("--list"); !strings.Contains(said, `"warnings":["the server's answers are not kept: `) || !strings.Contains(said, "set HOME or XDG_CACHE_HOME") {
				t.Errorf("with the home %q: %s", home, said)
			}
			if n := requests(server); n != 1 {
				t.Errorf("with the home %q: %d requests, want 1", home, n)
			}
		}
	}
}
