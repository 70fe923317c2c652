// SPDX-License-Identifier: GPL-3.0-or-later

// Package release_test makes releases of a copy of this repository. What takes long is built with
// the tag release only: make test-release.
package release_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// root is the repository that is tested.
var root = filepath.Join("..", "..")

// A repository is a copy of the files of this one, with one commit.
type repository struct {
	t      *testing.T
	folder string
}

func newRepository(t *testing.T) repository {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("skipped: there is no git, with which releases are made")
	}
	r := repository{t, t.TempDir()}
	r.git("init", "--quiet", "--initial-branch", "main")
	// The tree may be a downloaded archive, which is no repository.
	command := exec.Command("git", "--git-dir", filepath.Join(r.folder, ".git"), "--work-tree", ".", "ls-files", "-z", "--others", "--exclude-standard")
	command.Dir = root
	listed, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	for name := range strings.SplitSeq(strings.TrimSuffix(string(listed), "\x00"), "\x00") {
		r.copy(name)
	}
	r.git("config", "user.name", "A Maintainer")
	r.git("config", "user.email", "maintainer@example.com")
	r.commit("As it is")
	return r
}

func (r repository) copy(name string) {
	r.t.Helper()
	content, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		r.t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(root, name))
	if err != nil {
		r.t.Fatal(err)
	}
	r.write(name, string(content))
	if err := os.Chmod(filepath.Join(r.folder, name), info.Mode()); err != nil {
		r.t.Fatal(err)
	}
}

func (r repository) write(name, content string) {
	r.t.Helper()
	path := filepath.Join(r.folder, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		r.t.Fatal(err)
	}
}

func (r repository) read(name string) string {
	r.t.Helper()
	content, err := os.ReadFile(filepath.Join(r.folder, name))
	if err != nil {
		r.t.Fatal(err)
	}
	return string(content)
}

func (r repository) git(arguments ...string) string {
	r.t.Helper()
	command := exec.Command("git", append([]string{"-C", r.folder}, arguments...)...)
	command.Env = environment()
	output, err := command.CombinedOutput()
	if err != nil {
		r.t.Fatalf("git %s: %v\n%s", strings.Join(arguments, " "), err, output)
	}
	return strings.TrimSpace(string(output))
}

func (r repository) commit(message string) {
	r.t.Helper()
	r.git("add", "--all")
	r.git("commit", "--quiet", "--allow-empty", "--message", message)
}

// make returns what make printed.
func (r repository) make(arguments ...string) (string, error) {
	command := exec.Command("make", append([]string{"--no-print-directory", "-C", r.folder}, arguments...)...)
	command.Env = environment()
	output, err := command.CombinedOutput()
	return string(output), err
}

// environment returns the environment of this process, without what an outer make has set and
// without the user's own settings of git.
func environment() []string {
	variables := slices.DeleteFunc(os.Environ(), func(variable string) bool {
		return strings.HasPrefix(variable, "MAKE") || strings.HasPrefix(variable, "MFLAGS=")
	})
	return append(variables, "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_SYSTEM="+os.DevNull)
}

func TestPublishNeedsAToken(t *testing.T) {
	t.Parallel()
	output, err := newRepository(t).make("publish", "GALAXY_TOKEN=")
	if err == nil || !strings.Contains(output, "GALAXY_TOKEN is missing: set it to the token of the namespace's owner") {
		t.Errorf("make ended with %v, want a refusal that names GALAXY_TOKEN:\n%s", err, output)
	}
}

// refusedReleases are repositories and versions of which no release is made.
var refusedReleases = map[string]struct {
	prepare func(repository)
	version string
	want    string
}{
	"no version":           {want: `"" is no version: give MAJOR.MINOR.PATCH, as in make release VERSION=1.2.3`},
	"a version of two":     {version: "1.2", want: `"1.2" is no version`},
	"a leading zero":       {version: "1.02.3", want: `"1.02.3" is no version`},
	"a version with a v":   {version: "v1.2.3", want: `"v1.2.3" is no version`},
	"a pre-release":        {version: "1.2.3-rc.1", want: `"1.2.3-rc.1" is no version`},
	"a command":            {version: "1.2.3; touch broken", want: `"1.2.3; touch broken" is no version`},
	"older than galaxy's":  {version: "0.0.9", want: "0.0.9 is older than "},
	"older, although more": {prepare: setVersion("0.10.0"), version: "0.9.0", want: "0.9.0 is older than 0.10.0, the version in collection/galaxy.yml"},
	"a file that git does not know": {
		prepare: func(r repository) { r.write("left-over", "") }, version: "9.0.0", want: "there are changes that are not committed",
	},
	"a changed file": {
		prepare: func(r repository) { r.write("README.md", "") }, version: "9.0.0", want: "there are changes that are not committed",
	},
	"no branch": {prepare: func(r repository) { r.git("checkout", "--quiet", "--detach") }, version: "9.0.0", want: "no branch is checked out"},
	"a tag that exists": {
		prepare: func(r repository) { r.git("tag", "v9.0.0") }, version: "9.0.0", want: "the tag v9.0.0 exists: choose a newer version",
	},
	"a release in the changelog": {
		prepare: func(r repository) {
			r.write("collection/changelogs/changelog.yaml", "releases:\n  9.0.0:\n    release_date: '2020-01-01'\n")
			r.commit("Release 9.0.0")
		},
		version: "9.0.0", want: "the changelog has 9.0.0 already: choose a newer version",
	},
	"nothing to say": {
		prepare: func(r repository) {
			r.git("rm", "--quiet", "-r", "collection/changelogs/fragments")
			r.commit("Say nothing")
		},
		version: "9.0.0", want: "collection/changelogs/fragments holds no fragment: say there what has changed",
	},
}

func TestReleaseIsRefused(t *testing.T) {
	t.Parallel()
	for name, test := range refusedReleases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRepository(t)
			if test.prepare != nil {
				test.prepare(r)
			}
			before := r.git("rev-parse", "HEAD") + r.git("tag") + r.git("status", "--porcelain")
			var arguments []string
			if test.version != "" {
				arguments = []string{"VERSION=" + test.version}
			}
			output, err := r.make(append(arguments, "release")...)
			if err == nil || !strings.Contains(output, "no release: "+test.want) {
				t.Errorf("make ended with %v, want a refusal that says %q:\n%s", err, test.want, output)
			}
			if after := r.git("rev-parse", "HEAD") + r.git("tag") + r.git("status", "--porcelain"); after != before {
				t.Errorf("a refused release changed the repository from\n%s\nto\n%s", before, after)
			}
		})
	}
}

func setVersion(version string) func(repository) {
	return func(r repository) {
		var lines []string
		for line := range strings.Lines(r.read("collection/galaxy.yml")) {
			if strings.HasPrefix(line, "version: ") {
				line = "version: " + version + "\n"
			}
			lines = append(lines, line)
		}
		r.write("collection/galaxy.yml", strings.Join(lines, ""))
		r.commit("Name another version")
	}
}
