// SPDX-License-Identifier: GPL-3.0-or-later

// Command inventory measures the inventory side by side with what it replaces,
// against a server in memory, and prints a table in Markdown:
//
//	make venvs && go run ./bench/inventory -core .venv/core-2.21 >bench/inventory/results.md
//
// With -before CHECKOUT, it compares this checkout with another one, and prints ratios only.
//
// It makes a virtual environment of its own beside that of the ansible-core, for
// the Python recipe, which needs the library requests.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

func main() {
	sizes := flag.String("sizes", "1000,10000,100000", "numbers of devices")
	core := flag.String("core", ".venv/core-2.21", "virtual environment of the ansible-core to measure")
	before := flag.String("before", "", "checkout of another commit; only the ratios are measured then, those to it included")
	flag.Parse()
	log.SetFlags(0)
	b, err := newBench(".", absolute(*core))
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(b.dir)
	b.title()
	if *before != "" {
		old, err := newBench(*before, b.core)
		if err != nil {
			log.Fatal(err)
		}
		defer os.RemoveAll(old.dir)
		b.ratios(old)
		return
	}
	for size := range strings.SplitSeq(*sizes, ",") {
		devices, err := strconv.Atoi(size)
		if err != nil {
			log.Fatal(err)
		}
		b.measure(devices)
	}
	b.ratios(nil)
}

// newBench makes a folder of what a checkout has.
func newBench(checkout, core string) (*bench, error) {
	dir, err := os.MkdirTemp("", "acsmon-bench-")
	if err != nil {
		return nil, err
	}
	b := &bench{dir: dir, core: core}
	return b, b.prepare(checkout)
}

func absolute(path string) string {
	path, err := filepath.Abs(path)
	if err != nil {
		log.Fatal(err)
	}
	return path
}

// bench is a folder with everything that is measured.
type bench struct {
	dir    string
	core   string
	python string // that has requests
	env    []string
}

// settings are the inventories, by the name of their file.
var settings = map[string]string{
	"acsmon.yml":       "plugin: acsmon.monitor.acsmon\ncache_timeout: 86400\n",
	"fresh/acsmon.yml": "plugin: acsmon.monitor.acsmon\n",
	"jinja/acsmon.yml": `plugin: acsmon.monitor.acsmon
cache_timeout: 86400
group_by: []
keyed_groups:
  - {key: device_group, prefix: device_group}
  - {key: device_type, prefix: device_type}
  - {key: acsmon.status, prefix: status}
`,
	"few/acsmon.yml": "plugin: acsmon.monitor.acsmon\ncache_timeout: 86400\nfields: [id, status]\n",
	"ansible.cfg":    "[defaults]\ncollections_path = .\ninventory_plugins = plugins\n[inventory]\nenable_plugins = floor, script, auto\nunparsed_is_failed = true\n",
}

func (b *bench) prepare(checkout string) error {
	venv := filepath.Join(filepath.Dir(b.core), "recipe")
	b.python = filepath.Join(venv, "bin", "python")
	if err := exec.Command(b.python, "-c", "import requests").Run(); err != nil {
		if err := command(filepath.Join(b.core, "bin", "python"), "-m", "venv", venv).Run(); err != nil {
			return err
		}
		if err := command(b.python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "requests").Run(); err != nil {
			return err
		}
	}
	if err := command("go", "build", "-C", checkout, "-trimpath", "-ldflags", "-s -w", "-o", filepath.Join(b.dir, "acsmon"), "./cmd/acsmon").Run(); err != nil {
		return err
	}
	if err := os.CopyFS(filepath.Join(b.dir, "ansible_collections/acsmon/monitor"), os.DirFS(filepath.Join(checkout, "collection"))); err != nil {
		return err
	}
	recipe, err := os.ReadFile("bench/inventory/recipe.py")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(b.dir, "recipe"), append([]byte("#!"+b.python+"\n"), recipe...), 0o700); err != nil {
		return err
	}
	floor, err := os.ReadFile("bench/inventory/floor.py")
	if err != nil {
		return err
	}
	if err := errors.Join(os.Mkdir(filepath.Join(b.dir, "plugins"), 0o700), os.WriteFile(filepath.Join(b.dir, "plugins", "floor.py"), floor, 0o600)); err != nil {
		return err
	}
	for name, content := range settings {
		path := filepath.Join(b.dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			return err
		}
	}
	return os.Link(filepath.Join(b.dir, "acsmon"), filepath.Join(b.dir, "fresh", "acsmon"))
}

func command(name string, args ...string) *exec.Cmd {
	c := exec.Command(name, args...)
	c.Stderr = os.Stderr
	return c
}

func (b *bench) title() {
	version, err := exec.Command(filepath.Join(b.core, "bin", "ansible"), "--version").Output()
	if err != nil {
		log.Fatal(err)
	}
	first, _, _ := bytes.Cut(version, []byte("\n"))
	fmt.Printf("# The inventory, measured\n\n%s, %s, %d CPUs of %s. Wall time is the best of three runs, or of one that takes over 4 s.\n"+
		"CPU time is the command's own with its children; on a machine that does other work, compare that. Repeat with `make venvs && go run ./bench/inventory`.\n",
		first, runtime.Version(), runtime.NumCPU(), runtime.GOARCH)
}

// measure prints the table for one size of the fleet.
func (b *bench) measure(devices int) {
	fmt.Printf("\n## %d devices\n\n| what | latency | wall s | CPU s | peak MB | requests |\n|---|---|---|---|---|---|\n", devices)
	for _, latency := range []time.Duration{0, 50 * time.Millisecond} {
		server := acsmontest.New(acsmontest.Options{Seed: 1, Devices: devices, Latency: latency})
		if err := server.Listen(""); err != nil {
			log.Fatal(err)
		}
		b.use(server, fmt.Sprint("cache", devices, latency))
		b.row(server, latency, "the Python recipe alone", "./recipe", "--list")
		b.row(server, latency, "`acsmon --list`, from the server", "fresh/acsmon", "--list")
		if latency == 0 {
			b.cached(server)
		}
		_ = server.Close()
	}
}

// use has the commands ask a server, with a cache of their own.
func (b *bench) use(server *acsmontest.Server, cache string) {
	b.env = append(os.Environ(), "ACSMON_BASE_URL="+server.URL, "ACSMON_TOKEN="+server.Token, "ACSMON_BINARY="+filepath.Join(b.dir, "acsmon"),
		"XDG_CACHE_HOME="+filepath.Join(b.dir, cache), "ANSIBLE_CONFIG="+filepath.Join(b.dir, "ansible.cfg"))
}

// writeFloor fills the cache, and writes what the floor adds.
func (b *bench) writeFloor() {
	answer, err := b.command("./acsmon", "--list").Output()
	if err = errors.Join(err, os.WriteFile(filepath.Join(b.dir, "floor.json"), answer, 0o600)); err != nil {
		log.Fatal(err)
	}
}

// cached measures what does not depend on the latency.
func (b *bench) cached(server *acsmontest.Server) {
	b.writeFloor()
	b.row(server, 0, "`acsmon --list`, from the cache", "./acsmon", "--list")
	for _, of := range []struct{ what, source string }{
		{"the Python recipe, no groups", "recipe"},
		{"script, from the cache, three groupings", "acsmon"},
		{"the floor, a plugin that adds the same from a JSON file", "floor.json"},
		{"plugin, from the cache, three groupings by `group_by`", "acsmon.yml"},
		{"plugin, from the cache, the same by `keyed_groups`", "jinja/acsmon.yml"},
		{"plugin, from the cache, `fields: [id, status]`", "few/acsmon.yml"},
	} {
		b.row(server, 0, "`ansible-inventory --list`: "+of.what, filepath.Join(b.core, "bin", "ansible-inventory"), "-i", of.source, "--list")
		b.row(server, 0, "`ansible all --list-hosts`: "+of.what, filepath.Join(b.core, "bin", "ansible"), "-i", of.source, "all", "--list-hosts")
	}
}

func (b *bench) command(name string, args ...string) *exec.Cmd {
	c := command(name, args...)
	c.Dir, c.Env = b.dir, b.env
	if !filepath.IsAbs(name) {
		c.Path = filepath.Join(b.dir, name)
	}
	return c
}

// row runs a command up to three times and prints its best.
func (b *bench) row(server *acsmontest.Server, latency time.Duration, what, name string, args ...string) {
	var best, cpu time.Duration
	var peak int64
	var requests int
	for range 3 {
		server.ResetRequests()
		c := b.command(name, args...)
		start := time.Now()
		if err := c.Run(); err != nil {
			log.Fatalf("%s %v: %v", name, args, err)
		}
		wall := time.Since(start)
		if best == 0 || wall < best {
			best, cpu, requests = wall, c.ProcessState.UserTime()+c.ProcessState.SystemTime(), len(server.Requests())
			peak = c.ProcessState.SysUsage().(*syscall.Rusage).Maxrss
		}
		if wall > 4*time.Second {
			break
		}
	}
	if runtime.GOOS == "linux" {
		peak *= 1024 // there in kB, elsewhere in bytes
	}
	fmt.Printf("| %s | %d ms | %.2f | %.2f | %.0f | %d |\n", what, latency.Milliseconds(), best.Seconds(), cpu.Seconds(), float64(peak)/1e6, requests)
}
