// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const modulePath = "github.com/acsmon/acsmon-ansible"

// `go install …/cmd/acsmon@latest` works as documented: the go command makes the module of the
// sources itself, from a repository that stands in for the public one and has the release as a tag.
// It refuses names of files that some system cannot have.
func TestGoInstall(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("skipped: there is no git, from whose repository go install builds")
	}
	t.Parallel()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	galaxy, err := os.ReadFile(filepath.Join(root, "collection", "galaxy.yml"))
	if err != nil {
		t.Fatal(err)
	}
	version := string(regexp.MustCompile(`(?m)^version: *(.*)$`).FindSubmatch(galaxy)[1])
	dir := t.TempDir()
	repository, modules, programs := filepath.Join(dir, "repository"), filepath.Join(dir, "modules"), filepath.Join(dir, "programs")
	commitRelease(t, root, repository, "v"+version)

	// The modules that ours needs are in the cache, because this test was compiled of them. With
	// -trimpath, what was compiled before serves again.
	cache, proxy, _ := strings.Cut(strings.TrimSpace(runIn(t, dir, nil, "go", "env", "GOMODCACHE", "GOPROXY")), "\n")
	runIn(t, dir, []string{
		"GOBIN=" + programs, "GOMODCACHE=" + modules, "GOFLAGS=-modcacherw -trimpath", "GOWORK=off", "GOSUMDB=off",
		"GOPRIVATE=" + modulePath, "GOPROXY=file://" + cache + "/cache/download," + proxy,
		"GIT_CONFIG_GLOBAL=" + os.DevNull, "GIT_CONFIG_COUNT=1",
		"GIT_CONFIG_KEY_0=url.file://" + repository + ".insteadOf", "GIT_CONFIG_VALUE_0=https://" + modulePath,
	}, "go", "install", modulePath+"/cmd/acsmon@latest", modulePath+"/cmd/inventory@latest",
		modulePath+"/cmd/acsmon_monitor@latest", modulePath+"/cmd/acsmon_alert@latest")

	if got, want := runIn(t, dir, nil, filepath.Join(programs, "acsmon"), "version"), "acsmon "+version+"\n"; got != want {
		t.Errorf("acsmon version prints %q, want %q", got, want)
	}
	for _, name := range []string{"LICENSE", "acsmon/LICENSE", "LICENSES/GPL-3.0-or-later.txt", "LICENSES/MIT.txt"} {
		if _, err := os.Stat(filepath.Join(modules, modulePath+"@v"+version, name)); err != nil {
			t.Errorf("the module lacks %s: %v", name, err)
		}
	}
}

// commitRelease makes a repository of the sources at root, with one commit, which has a tag.
func commitRelease(t *testing.T, root, repository, tag string) {
	t.Helper()
	git := []string{"GIT_DIR=" + repository, "GIT_WORK_TREE=" + root, "GIT_CONFIG_GLOBAL=" + os.DevNull}
	runIn(t, root, git, "git", "init", "--quiet")
	runIn(t, root, git, "git", "add", "--all")
	runIn(t, root, git, "git", "-c", "user.name=Test", "-c", "user.email=test@example.com", "commit", "--quiet", "-m", "Release")
	runIn(t, root, git, "git", "tag", tag)
}

// runIn runs a command in a folder, with more environment, and returns what it prints.
func runIn(t *testing.T, dir string, env []string, name string, args ...string) string {
	t.Helper()
	c := exec.Command(name, args...)
	c.Dir, c.Env = dir, append(os.Environ(), env...)
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %v\n%s", c.Args, err, out)
	}
	return string(out)
}
