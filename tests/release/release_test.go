// SPDX-License-Identifier: GPL-3.0-or-later

//go:build release

package release_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const version = "9.8.7"

var (
	platforms  = []string{"darwin_amd64", "darwin_arm64", "linux_amd64", "linux_arm64"}
	standalone = []string{"acsmon", "acsmon_alert", "acsmon_monitor", "inventory"}
)

// One release is made, and everything about it is looked at. The checks that it runs are cheap
// ones: those of a real release are make lint and make test.
func TestRelease(t *testing.T) {
	r := newRepository(t)
	shareEnvironments(t, r)
	before := r.git("rev-parse", "HEAD")
	t.Run("a failing check leaves everything as it was", func(t *testing.T) { r.wantRefusal(t, before) })

	output, err := r.make("release", "VERSION="+version, "CHECKS=version notices")
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	for _, want := range []string{"\n" + version + "\n", "git push origin main v" + version} {
		if !strings.Contains(output, want) {
			t.Errorf("the output lacks %q:\n%s", want, output)
		}
	}
	a := released{repository: r, before: before, files: filesOf(t, filepath.Join(r.folder, "dist"))}
	t.Run("commit and tag", a.wantCommitAndTag)
	t.Run("version and changelog", a.wantVersionAndChangelog)
	t.Run("files", a.wantFiles)
	t.Run("checksums", a.wantChecksums)
	a.collection = unpack(t, a.files[collectionFile])
	t.Run("collection", a.wantCollection)
	for _, platform := range platforms {
		t.Run(platform, func(t *testing.T) { a.wantExecutables(t, platform) })
	}
	t.Run("publish", a.wantPublished)
	t.Run("the bill of materials is the same when it is made again", a.wantSameBill)
}

// The files of a release.
const (
	checksumsFile  = "SHA256SUMS"
	collectionFile = "acsmon-monitor-" + version + ".tar.gz"
	billFile       = "acsmon-" + version + ".cdx.json"
)

func archiveOf(platform string) string { return "acsmon-" + version + "-" + platform + ".tar.gz" }

// released is a repository of which a release was made.
type released struct {
	repository
	before     string            // the commit that was released
	files      map[string][]byte // of dist
	collection map[string][]byte // the files of the collection
}

func (r repository) wantRefusal(t *testing.T, before string) {
	output, err := r.make("release", "VERSION="+version, "CHECKS=no-such-target")
	if err == nil || !strings.Contains(output, "no-such-target") {
		t.Errorf("make ended with %v, want an error that names no-such-target:\n%s", err, output)
	}
	got, want := []string{r.git("rev-parse", "HEAD"), r.git("tag"), r.git("status", "--porcelain")}, []string{before, "", ""}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the commit, the tags and the changes are others (-want +got)\n%s", diff)
	}
}

func (r released) wantCommitAndTag(t *testing.T) {
	got := []string{
		r.git("log", "-1", "--format=%an: %s"), r.git("rev-parse", "HEAD^"), r.git("cat-file", "-t", "v"+version),
		r.git("rev-parse", "v"+version+"^{commit}"), r.git("status", "--porcelain"), r.git("tag"),
	}
	want := []string{"A Maintainer: Release " + version, r.before, "tag", r.git("rev-parse", "HEAD"), "", "v" + version}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func (r released) wantVersionAndChangelog(t *testing.T) {
	for name, want := range map[string]string{
		"collection/galaxy.yml":                "\nversion: " + version + "\n",
		"collection/changelogs/changelog.yaml": "\n  " + version + ":\n",
		"collection/CHANGELOG.rst":             "\nv" + version + "\n======\n",
	} {
		if content := r.read(name); !strings.Contains(content, want) {
			t.Errorf("%s lacks %q:\n%s", name, want, content)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(r.folder, "collection/changelogs/fragments/*.yml")); left != nil {
		t.Errorf("these fragments are left over: %v", left)
	}
}

func (r released) wantFiles(t *testing.T) {
	want := []string{checksumsFile, collectionFile, billFile}
	for _, platform := range platforms {
		want = append(want, archiveOf(platform))
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(r.files))); diff != "" {
		t.Fatalf("(-want +got)\n%s", diff)
	}
}

func (r released) wantChecksums(t *testing.T) {
	want := ""
	for _, name := range slices.Sorted(maps.Keys(r.files)) {
		if name != checksumsFile {
			want += hash(r.files[name]) + "  " + name + "\n"
		}
	}
	if diff := cmp.Diff(lines(want), lines(string(r.files[checksumsFile]))); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func (r released) wantCollection(t *testing.T) {
	var manifest struct {
		Info struct{ Namespace, Name, Version string } `json:"collection_info"`
	}
	if err := json.Unmarshal(r.collection["MANIFEST.json"], &manifest); err != nil {
		t.Fatal(err)
	}
	if got := manifest.Info; got.Namespace != "acsmon" || got.Name != "monitor" || got.Version != version {
		t.Errorf("the manifest names %+v, want acsmon.monitor %s", got, version)
	}
	for name, original := range map[string]string{
		"COPYING": "LICENSE", "LICENSES/MIT.txt": "LICENSES/MIT.txt", "LICENSE-THIRD-PARTY.txt": "LICENSE-THIRD-PARTY.txt",
		"CHANGELOG.rst": "collection/CHANGELOG.rst", "README.md": "collection/README.md",
	} {
		if string(r.collection[name]) != r.read(original) {
			t.Errorf("%s is not %s", name, original)
		}
	}
}

func (r released) wantExecutables(t *testing.T, platform string) {
	archive := unpack(t, r.files[archiveOf(platform)])
	folder := "acsmon-" + version + "-" + platform + "/"
	var want []string
	for _, name := range append([]string{"LICENSE", "LICENSE-THIRD-PARTY.txt"}, standalone...) {
		want = append(want, folder+name)
	}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(archive))); diff != "" {
		t.Fatalf("(-want +got)\n%s", diff)
	}
	if string(archive[folder+"LICENSE-THIRD-PARTY.txt"]) != r.read("LICENSE-THIRD-PARTY.txt") {
		t.Error("the notices are not those of the repository")
	}
	executable := archive[folder+"acsmon"]
	if !bytes.Equal(executable, r.collection["plugins/sub_plugins/binaries/acsmon_"+platform]) {
		t.Error("the executable is not the one of the collection")
	}
	system, architecture, _ := strings.Cut(platform, "_")
	for _, name := range standalone {
		settings := settingsOf(t, archive[folder+name])
		if settings["GOOS"] != system || settings["GOARCH"] != architecture || settings["CGO_ENABLED"] != "0" {
			t.Errorf("%s is built with %v, want %s without cgo", name, settings, platform)
		}
	}
	for _, name := range standalone {
		checkBill(t, r.files[billFile], folder+name, archive[folder+name])
	}
	if system == runtime.GOOS && architecture == runtime.GOARCH {
		checkStamp(t, executable, r.git("rev-parse", "--short=12", "HEAD"))
	}
}

func (r released) wantPublished(t *testing.T) {
	galaxy := newGalaxy(t)
	t.Setenv("GALAXY_TOKEN", "secret-token")
	output, err := r.make("publish", "GALAXY_URL="+galaxy.URL+"/")
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	if strings.Contains(output, "secret-token") {
		t.Errorf("the token is shown:\n%s", output)
	}
	if !bytes.Equal(galaxy.uploaded, r.files[collectionFile]) {
		t.Errorf("what was uploaded, %d bytes, is not the collection", len(galaxy.uploaded))
	}
}

func (r released) wantSameBill(t *testing.T) {
	if output, err := r.make("dist"); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	if diff := cmp.Diff(string(r.files[billFile]), r.read("dist/"+billFile)); diff != "" {
		t.Errorf("(-first +second)\n%s", diff)
	}
}

// A galaxy is a server that takes one collection from the owner of secret-token.
type galaxy struct {
	*httptest.Server
	uploaded []byte
}

func newGalaxy(t *testing.T) *galaxy {
	g := &galaxy{}
	routes := http.NewServeMux()
	routes.HandleFunc("GET /api/", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"available_versions": {"v3": "v3/"}}`)
	})
	routes.HandleFunc("POST /api/v3/artifacts/collections/", func(w http.ResponseWriter, r *http.Request) {
		if got := r.Header.Get("Authorization"); got != "Token secret-token" {
			t.Errorf("the upload is authorized by %q", got)
		}
		g.uploaded = fileIn(t, r)
		w.WriteHeader(http.StatusAccepted)
		fmt.Fprintf(w, `{"task": "%s/api/v3/imports/collections/1/"}`, g.URL)
	})
	routes.HandleFunc("GET /api/v3/imports/collections/1/", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"state": "completed", "finished_at": "2026-01-02T03:04:05Z", "messages": []}`)
	})
	g.Server = httptest.NewServer(routes)
	t.Cleanup(g.Close)
	return g
}

// fileIn returns the file of an upload, which ansible-galaxy encodes as mail programs do.
func fileIn(t *testing.T, r *http.Request) []byte {
	parts, err := r.MultipartReader()
	if err != nil {
		t.Error(err)
		return nil
	}
	for {
		part, err := parts.NextPart()
		if err != nil {
			t.Errorf("the upload has no file: %v", err)
			return nil
		}
		if part.FormName() != "file" {
			continue
		}
		content, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, part))
		if err != nil {
			t.Error(err)
		}
		return content
	}
}

// shareEnvironments lets a repository use the virtual environments of this one, which take minutes
// to make.
func shareEnvironments(t *testing.T, r repository) {
	t.Helper()
	environments, err := filepath.Abs(filepath.Join(root, ".venv"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(environments, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(environments, filepath.Join(r.folder, ".venv")); err != nil {
		t.Fatal(err)
	}
}

func filesOf(t *testing.T, folder string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	err := fs.WalkDir(os.DirFS(folder), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		files[path], err = os.ReadFile(filepath.Join(folder, path))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// unpack returns the files of an archive, and fails where an executable among them cannot be run.
func unpack(t *testing.T, archive []byte) map[string][]byte {
	t.Helper()
	unzipped, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	reader := tar.NewReader(unzipped)
	for {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		if header.Typeflag != tar.TypeReg {
			continue
		}
		content, err := io.ReadAll(reader)
		if err != nil {
			t.Fatal(err)
		}
		files[header.Name] = content
		if _, err := buildinfo.Read(bytes.NewReader(content)); err == nil && header.Mode&0o111 != 0o111 {
			t.Errorf("%s has the mode %o, and cannot be run by all", header.Name, header.Mode)
		}
	}
}

func lines(text string) []string {
	return slices.Sorted(strings.Lines(text))
}

func hash(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

func settingsOf(t *testing.T, executable []byte) map[string]string {
	t.Helper()
	info, err := buildinfo.Read(bytes.NewReader(executable))
	if err != nil {
		t.Fatal(err)
	}
	settings := map[string]string{}
	for _, setting := range info.Settings {
		settings[setting.Key] = setting.Value
	}
	return settings
}

// checkBill holds the bill of materials against an executable.
func checkBill(t *testing.T, bill []byte, ref string, executable []byte) {
	t.Helper()
	var got struct {
		Components []struct {
			Ref    string `json:"bom-ref"`
			Hashes []struct{ Content string }
		}
		Dependencies []struct {
			Ref       string
			DependsOn []string
		}
	}
	if err := json.Unmarshal(bill, &got); err != nil {
		t.Fatal(err)
	}
	info, err := buildinfo.Read(bytes.NewReader(executable))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{ref + " " + hash(executable), "pkg:golang/stdlib@" + strings.TrimPrefix(info.GoVersion, "go")}
	for _, module := range info.Deps {
		want = append(want, "pkg:golang/"+module.Path+"@"+module.Version)
	}
	var listed []string
	for _, component := range got.Components {
		if component.Ref == ref {
			listed = append(listed, ref+" "+component.Hashes[0].Content)
		}
	}
	for _, dependency := range got.Dependencies {
		if dependency.Ref == ref {
			listed = append(listed, dependency.DependsOn...)
		}
	}
	slices.Sort(want)
	slices.Sort(listed)
	if diff := cmp.Diff(want, listed); diff != "" {
		t.Errorf("%s (-linked +listed)\n%s", ref, diff)
	}
}

// checkStamp runs an executable of this platform.
func checkStamp(t *testing.T, executable []byte, commit string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "acsmon")
	if err := os.WriteFile(path, executable, 0o755); err != nil {
		t.Fatal(err)
	}
	output, err := exec.Command(path, "version").CombinedOutput()
	if err != nil || !strings.Contains(string(output), version) || !strings.Contains(string(output), commit) {
		t.Errorf("acsmon version prints %q (%v), want %s and %s", output, err, version, commit)
	}
}
