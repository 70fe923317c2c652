// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A release is what a bill of materials is about.
type release struct {
	version string
	// time is when it was committed, in the form of RFC 3339: the same source makes the same bill.
	time string
	// folder has its executables, as PLATFORM/COMMAND.
	folder string
}

// The fields of CycloneDX 1.6 that a bill has, https://cyclonedx.org/docs/1.6/json/.
type (
	bill struct {
		Schema       string       `json:"$schema"`
		BOMFormat    string       `json:"bomFormat"`
		SpecVersion  string       `json:"specVersion"`
		Version      int          `json:"version"`
		Metadata     metadata     `json:"metadata"`
		Components   []component  `json:"components"`
		Dependencies []dependency `json:"dependencies"`
	}
	metadata struct {
		Timestamp string    `json:"timestamp"`
		Supplier  named     `json:"supplier"`
		Component component `json:"component"`
	}
	named struct {
		Name string `json:"name"`
	}
	component struct {
		Type     string    `json:"type"`
		Ref      string    `json:"bom-ref"`
		Name     string    `json:"name"`
		Version  string    `json:"version"`
		Hashes   []digest  `json:"hashes,omitempty"`
		Licences []licence `json:"licenses"`
		PURL     string    `json:"purl,omitempty"`
	}
	digest struct {
		Algorithm string `json:"alg"`
		Content   string `json:"content"`
	}
	licence struct {
		Expression string `json:"expression"`
	}
	dependency struct {
		Ref       string   `json:"ref"`
		DependsOn []string `json:"dependsOn,omitempty"`
	}
)

// ours is the licence of our own part: the client library is under MIT.
var ours = []licence{{"GPL-3.0-or-later AND MIT"}}

// writeBill writes what the executables themselves say is linked into them.
func writeBill(out io.Writer, release release) error {
	root := component{Type: "application", Ref: "acsmon.monitor", Name: "acsmon.monitor", Version: release.version, Licences: ours}
	executables, links, err := release.executables()
	if err != nil {
		return err
	}
	contains := dependency{Ref: root.Ref}
	for _, executable := range executables {
		contains.DependsOn = append(contains.DependsOn, executable.Ref)
	}
	libraries, err := librariesOf(links)
	if err != nil {
		return err
	}
	dependencies := []dependency{contains}
	for _, executable := range executables {
		dependencies = append(dependencies, dependency{Ref: executable.Ref, DependsOn: purls(links[executable.Ref])})
	}
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(bill{
		Schema: "http://cyclonedx.org/schema/bom-1.6.schema.json", BOMFormat: "CycloneDX", SpecVersion: "1.6", Version: 1,
		Metadata:     metadata{Timestamp: release.time, Supplier: named{"The acsmon.monitor authors"}, Component: root},
		Components:   append(executables, libraries...),
		Dependencies: dependencies,
	})
}

// executables returns the executables of the release by path, and the modules of each. It ignores
// other files.
func (r release) executables() (executables []component, links map[string][]module, err error) {
	paths, err := filepath.Glob(filepath.Join(r.folder, "*", "*"))
	if err != nil {
		return nil, nil, err
	}
	links = map[string][]module{}
	for _, path := range paths {
		info, err := buildinfo.ReadFile(path)
		if err != nil {
			continue
		}
		executable, err := r.describe(path)
		if err != nil {
			return nil, nil, err
		}
		executables = append(executables, executable)
		links[executable.Ref] = modulesOf(info)
	}
	if executables == nil {
		return nil, nil, fmt.Errorf("%s holds no executables as PLATFORM/COMMAND: build them first", r.folder)
	}
	return executables, links, nil
}

// librariesOf returns each module once, by package URL.
func librariesOf(links map[string][]module) ([]component, error) {
	libraries := map[string]component{}
	for _, modules := range links {
		for _, module := range modules {
			if _, ok := libraries[module.purl()]; ok {
				continue
			}
			library, err := module.describe()
			if err != nil {
				return nil, err
			}
			libraries[library.Ref] = library
		}
	}
	return slices.SortedFunc(maps.Values(libraries), func(a, b component) int { return strings.Compare(a.Ref, b.Ref) }), nil
}

func purls(modules []module) []string {
	var refs []string
	for _, module := range modules {
		refs = append(refs, module.purl())
	}
	return refs
}

// describe returns an executable, with its hash.
func (r release) describe(path string) (component, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return component{}, err
	}
	name, err := filepath.Rel(r.folder, path)
	if err != nil {
		return component{}, err
	}
	sum := sha256.Sum256(content)
	return component{
		Type: "application", Ref: filepath.ToSlash(name), Name: filepath.ToSlash(name), Version: r.version, Licences: ours,
		Hashes: []digest{{"SHA-256", hex.EncodeToString(sum[:])}},
	}, nil
}

// standardPath is what scanners for vulnerabilities call the standard library.
const standardPath = "stdlib"

// modulesOf returns the modules of an executable, the standard library included.
func modulesOf(info *buildinfo.BuildInfo) []module {
	modules := []module{{Path: standardPath, Version: strings.TrimPrefix(info.GoVersion, "go")}}
	for _, linked := range info.Deps {
		if linked.Replace != nil {
			linked = linked.Replace
		}
		modules = append(modules, module{Path: linked.Path, Version: linked.Version})
	}
	return modules
}

// purl returns the module's package URL, https://github.com/package-url/purl-spec.
func (m module) purl() string {
	return "pkg:golang/" + m.Path + "@" + m.Version
}

// describe returns the module with its licence. The module must be in the module cache.
func (m module) describe() (component, error) {
	located := m
	var err error
	if m.Path == standardPath {
		located, err = standardLibrary(".")
	} else {
		var dir []byte
		dir, err = runGo(".", nil, "list", "-m", "-f", "{{.Dir}}", m.Path+"@"+m.Version)
		located.Dir = strings.TrimSpace(string(dir))
	}
	if err != nil {
		return component{}, err
	}
	_, name, err := located.licence()
	if err != nil {
		return component{}, err
	}
	return component{Type: "library", Ref: m.purl(), Name: m.Path, Version: m.Version, Licences: []licence{{name}}, PURL: m.purl()}, nil
}
