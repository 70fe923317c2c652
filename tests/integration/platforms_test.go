// SPDX-License-Identifier: GPL-3.0-or-later

package integration

import (
	"bytes"
	"debug/buildinfo"
	"debug/elf"
	"debug/macho"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// A platform is one that the collection ships an executable for.
type platform struct {
	system, architecture string
	check                func(t *testing.T, path string)
}

var platforms = []platform{
	{"linux", "amd64", staticELF(elf.EM_X86_64)},
	{"linux", "arm64", staticELF(elf.EM_AARCH64)},
	{"darwin", "amd64", machO(macho.CpuAmd64)},
	{"darwin", "arm64", machO(macho.CpuArm64)},
}

func (p platform) executable() string {
	return filepath.Join(installed(), "plugins", "sub_plugins", "binaries", "acsmon_"+p.system+"_"+p.architecture)
}

// installed is the folder of the installed collection.
func installed() string {
	return filepath.Join(collections, "ansible_collections", "acsmon", "monitor")
}

// The executable for each platform runs there by itself, says which release and commit it is, and
// says nothing of where it was built.
func TestInstalledExecutables(t *testing.T) {
	t.Parallel()
	entries, err := os.ReadDir(filepath.Join(installed(), "plugins", "sub_plugins", "binaries"))
	if err != nil || len(entries) != len(platforms) {
		t.Errorf("the collection has the executables %v, want one for each of %d platforms: %v", entries, len(platforms), err)
	}
	stamp := releaseStamp(t)
	for _, p := range platforms {
		t.Run(p.system+"_"+p.architecture, func(t *testing.T) {
			path := p.executable()
			info, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			if info.Mode().Perm()&0o111 != 0o111 {
				t.Errorf("%s has the mode %v: not everybody may run it", path, info.Mode())
			}
			p.check(t, path)
			wantBuild(t, path, map[string]string{"GOOS": p.system, "GOARCH": p.architecture, "CGO_ENABLED": "0", "-trimpath": "true"})

			content, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Contains(content, []byte(stamp)) {
				t.Errorf("%s is not stamped with %s", path, stamp)
			}
			for _, folder := range foldersOfTheBuild(t) {
				if i := bytes.Index(content, []byte(folder)); i >= 0 {
					t.Errorf("%s holds a path of the machine that built it: %q", path, content[i:min(len(content), i+100)])
				}
			}
		})
	}
}

// Ansible gives an inventory script that failed to its other inventory plugins. None of them takes
// an executable of ours for a list of hosts.
func TestNoExecutableIsReadAsHosts(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob(filepath.Join(binaries, "*"))
	if err != nil || len(paths) < 5 {
		t.Fatalf("the executables are %v, %v", paths, err)
	}
	for _, p := range platforms {
		paths = append(paths, p.executable())
	}
	eachCore(t, func(t *testing.T, s *site) {
		s.must(os.Remove(filepath.Join(s.dir, "ansible.cfg"))) // Ansible's own defaults
		for _, path := range paths {
			for _, plugin := range []string{"ini", "yaml", "toml", "host_list", "advanced_host_list"} {
				s.env["ANSIBLE_INVENTORY_ENABLED"] = plugin
				if o := s.run("ansible", "all", "-i", path, "--list-hosts"); !strings.Contains(o.stdout, "hosts (0):") {
					t.Errorf("the plugin %s reads %s as hosts: %q", plugin, path, o.stdout)
				}
			}
		}
	})
}

// Where one of several sources fails, nothing runs on the hosts of the others.
func TestOneFailedSourceOfSeveralIsAnError(t *testing.T) {
	t.Parallel()
	eachCore(t, func(t *testing.T, s *site) {
		s.env["ACSMON_BASE_URL"], s.env["ACSMON_TOKEN"], s.env["ACSMON_MAX_WAIT"] = "http://127.0.0.1:1", "1|token", "0"
		if o := s.run("ansible", "all", "-i", "static,", "-i", "acsmon", "--list-hosts"); o.status == 0 || strings.Contains(o.stdout, "static") {
			t.Errorf("ended with %d:\n%s", o.status, o.all())
		}
	})
}

// staticELF wants an executable for Linux that loads nothing else.
func staticELF(machine elf.Machine) func(*testing.T, string) {
	return func(t *testing.T, path string) {
		file, err := elf.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		if file.Type != elf.ET_EXEC || file.Machine != machine || file.Class != elf.ELFCLASS64 {
			t.Errorf("%s is %v, %v, %v", path, file.Type, file.Machine, file.Class)
		}
		for _, segment := range file.Progs {
			if segment.Type == elf.PT_INTERP || segment.Type == elf.PT_DYNAMIC {
				t.Errorf("%s is not statically linked: it has the segment %v", path, segment.Type)
			}
		}
	}
}

// machO wants an executable for macOS that loads only what belongs to the system.
func machO(cpu macho.Cpu) func(*testing.T, string) {
	return func(t *testing.T, path string) {
		file := openMachO(t, path, cpu)
		if file.Type != macho.TypeExec || file.Cpu != cpu {
			t.Errorf("%s is %v, %v", path, file.Type, file.Cpu)
		}
		libraries, err := file.ImportedLibraries()
		if err != nil {
			t.Error(err)
		}
		for _, library := range libraries {
			if !strings.HasPrefix(library, "/usr/lib/") && !strings.HasPrefix(library, "/System/Library/") {
				t.Errorf("%s needs %s, which is not macOS's own", path, library)
			}
		}
	}
}

// openMachO opens an executable for macOS, or the one for this processor of a universal file.
func openMachO(t *testing.T, path string, cpu macho.Cpu) *macho.File {
	t.Helper()
	whole, err := macho.OpenFat(path)
	if errors.Is(err, macho.ErrNotFat) {
		file, err := macho.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = file.Close() })
		return file
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = whole.Close() })
	i := slices.IndexFunc(whole.Arches, func(arch macho.FatArch) bool { return arch.Cpu == cpu })
	if i < 0 {
		t.Fatalf("%s has no executable for %v", path, cpu)
	}
	return whole.Arches[i].File
}

// wantBuild wants what the go command notes in an executable.
func wantBuild(t *testing.T, path string, want map[string]string) {
	t.Helper()
	info, err := buildinfo.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for key, value := range want {
		if !slices.ContainsFunc(info.Settings, func(s debug.BuildSetting) bool { return s.Key == key && s.Value == value }) {
			t.Errorf("%s was not built with %s=%s: %v", path, key, value, info.Settings)
		}
	}
}

var versionLine = regexp.MustCompile(`^acsmon (\S+) \(([0-9a-f]{12}(?:-dirty)?|unknown)\)\n$`)

// releaseStamp returns what every installed executable has to contain: the version of the
// collection, and the commit that the host's own executable says.
func releaseStamp(t *testing.T) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(installed(), "MANIFEST.json"))
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct {
		Collection struct {
			Version string `json:"version"`
		} `json:"collection_info"`
	}
	if err := json.Unmarshal(content, &manifest); err != nil {
		t.Fatal(err)
	}
	own := platform{system: runtime.GOOS, architecture: runtime.GOARCH}
	out, err := exec.Command(own.executable(), "version").Output()
	if err != nil {
		t.Fatal(err)
	}
	said := versionLine.FindStringSubmatch(string(out))
	if said == nil || said[1] != manifest.Collection.Version {
		t.Fatalf("%s says %q, and the collection is %s", own.executable(), out, manifest.Collection.Version)
	}
	return said[1] + "+" + said[2]
}

// foldersOfTheBuild are those that a path in an executable would begin with: of the
// sources, of Go, and of the modules.
func foldersOfTheBuild(t *testing.T) []string {
	t.Helper()
	out, err := exec.Command("go", "env", "GOROOT", "GOMODCACHE", "GOCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	return append(strings.Fields(string(out)), root)
}

// Each executable that runs here says its version and does the work of a module.
func TestInstalledExecutablesRun(t *testing.T) {
	t.Parallel()
	version, commit, _ := strings.Cut(releaseStamp(t), "+")
	for _, p := range platforms {
		runner, possible := p.runner()
		if !possible {
			continue
		}
		t.Run(p.system+"_"+p.architecture, func(t *testing.T) {
			run := func(stdin string, args ...string) string {
				command := exec.Command(runner[0], append(runner[1:], args...)...)
				command.Stdin = strings.NewReader(stdin)
				command.Env = []string{"HOME=" + t.TempDir()}
				out, err := command.CombinedOutput()
				if err != nil {
					t.Fatalf("%v: %v\n%s", command.Args, err, out)
				}
				return string(out)
			}
			if got, want := run("", "version"), fmt.Sprintf("acsmon %s (%s)\n", version, commit); got != want {
				t.Errorf("version says %q, want %q", got, want)
			}
			server := acsmontest.Start(t, acsmontest.Options{})
			arguments, err := json.Marshal(map[string]any{"base_url": server.URL, "token": server.Token, "name": "Web", "type": "ping", "host": "192.0.2.1"})
			if err != nil {
				t.Fatal(err)
			}
			var result struct{ Changed bool }
			answer := run(string(arguments), "module", "acsmon_monitor")
			if err := json.Unmarshal([]byte(answer), &result); err != nil || !result.Changed {
				t.Errorf("the module answered %s", answer)
			}
			wantWrites(t, server, "POST /monitors")
		})
	}
}

// runner is the command that runs the executable here, if one can: this host's own
// directly, others for Linux in an emulator. It prints what is missing.
func (p platform) runner() (command []string, possible bool) {
	switch {
	case p.system == runtime.GOOS && p.architecture == runtime.GOARCH:
		return []string{p.executable()}, true
	case p.system != "linux" || runtime.GOOS != "linux":
		return nil, false
	}
	machine := map[string]string{"amd64": "x86_64", "arm64": "aarch64"}[p.architecture]
	for _, emulator := range []string{"qemu-" + machine, "qemu-" + machine + "-static"} {
		if path, err := exec.LookPath(emulator); err == nil {
			return []string{path, p.executable()}, true
		}
	}
	skips("running acsmon_%s_%s: there is no qemu-%s (Debian: apt-get install qemu-user)", p.system, p.architecture, machine)
	return nil, false
}

// A controller without an executable of its own is told which it is and how to
// build one, by the modules and by the inventory plugin; and both take what was built.
func TestControllerOfAnotherPlatform(t *testing.T) {
	t.Parallel()
	const task = `
- name: run
  acsmon.monitor.acsmon_monitor: {name: Web, type: ping, host: 192.0.2.1}
`
	s := newSite(t, venvs[len(venvs)-1])
	server := fleet(t)
	s.use(server)
	s.write("acsmon.yml", "plugin: acsmon.monitor.acsmon\n")
	s.must(os.Mkdir(filepath.Join(s.dir, "python"), 0o700))
	s.write("python/sitecustomize.py", "import os\n\nos.uname = lambda: os.uname_result(os.environ['UNAME'].split())\n")
	s.env["PYTHONPATH"] = filepath.Join(s.dir, "python")
	for _, uname := range []struct{ environment, named string }{{"FreeBSD amd64", "FreeBSD on amd64"}, {"Linux riscv64", "Linux on riscv64"}} {
		system, machine, _ := strings.Cut(uname.environment, " ")
		s.env["UNAME"] = system + " controller 1 1 " + machine
		want := "The collection acsmon.monitor has no executable for " + uname.named +
			": build one with `go install github.com/acsmon/acsmon-ansible/cmd/acsmon@latest` and name it in the environment variable ACSMON_BINARY."
		results, failed := s.play(task)
		if msg := results["run"]["msg"]; !failed || msg != want {
			t.Errorf("%s: the module says %q, want %q", uname.named, msg, want)
		}
		printed := strings.Join(strings.Fields(s.run("ansible-inventory", "-i", "acsmon.yml", "--list").stderr), " ")
		if !strings.Contains(printed, want) {
			t.Errorf("%s: the inventory plugin says %q, want %q", uname.named, printed, want)
		}
	}
	wantRequests(t, server, 0)

	s.env["ACSMON_BINARY"] = filepath.Join(binaries, "acsmon")
	if results, failed := s.play(task); failed || results["run"]["changed"] != true {
		t.Errorf("with ACSMON_BINARY the module fails: %v", results)
	}
	if hosts := s.ok("ansible-inventory", "-i", "acsmon.yml", "--graph"); !strings.Contains(hosts.stdout, "status_up") {
		t.Errorf("with ACSMON_BINARY there are no hosts: %s", hosts.all())
	}
}
