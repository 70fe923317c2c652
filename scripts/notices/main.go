// SPDX-License-Identifier: GPL-3.0-or-later

// Command notices prints the licences of everything that is linked into the executables: whoever passes an executable on
// has to pass these on with it. It takes them from the module cache and from Go itself, for the platforms that it is
// given, such as linux_amd64, and refuses a licence that it does not know.
//
// It must not know which modules there are: the go command does.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: notices PLATFORM...")
		os.Exit(2)
	}
	text, err := notices(".", os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Print(text)
}

const preface = `What the executables of the collection acsmon.monitor contain besides the work of its authors
=========================================================================================

The executables, plugins/binaries/acsmon_* in the collection, are under the GNU General Public License, version 3 or
later. Their source is https://github.com/acsmon/acsmon-ansible at the tag of their version, which "acsmon version"
prints. Linked into them are Go's runtime and standard library, and the modules below, whose source is what
"go mod download" brings of the version named.
`

// notices returns the text for the commands of the module in a folder, built for these platforms.
func notices(folder string, platforms []string) (string, error) {
	modules, err := linked(folder, platforms)
	if err != nil {
		return "", err
	}
	var text strings.Builder
	text.WriteString(preface)
	for _, module := range modules {
		if err := module.write(&text); err != nil {
			return "", err
		}
	}
	return text.String(), nil
}

// A module is what the go command says of one.
type module struct {
	Path, Version string
	// Dir is where its files are.
	Dir string
	// Main is true of the module that the commands belong to.
	Main bool
}

// linked returns Go itself, and the modules that the commands link on any of the platforms, by path.
func linked(folder string, platforms []string) ([]module, error) {
	root, err := run(folder, nil, "env", "GOROOT")
	if err != nil {
		return nil, err
	}
	found := map[string]module{}
	for _, platform := range platforms {
		system, architecture, ok := strings.Cut(platform, "_")
		if !ok {
			return nil, fmt.Errorf("%q is no platform: give the system and the architecture, such as linux_amd64", platform)
		}
		environment := []string{"CGO_ENABLED=0", "GOOS=" + system, "GOARCH=" + architecture}
		output, err := run(folder, environment, "list", "-deps", "-json=Module", "./cmd/...")
		if err != nil {
			return nil, err
		}
		if err := collect(output, found); err != nil {
			return nil, fmt.Errorf("read the answer of go list: %w", err)
		}
	}
	modules := slices.SortedFunc(maps.Values(found), func(a, b module) int { return strings.Compare(a.Path, b.Path) })
	return append([]module{{Path: "Go", Dir: string(bytes.TrimSpace(root))}}, modules...), nil
}

// collect adds the modules of the packages that go list printed. Packages of the standard library have none.
func collect(output []byte, found map[string]module) error {
	decoder := json.NewDecoder(bytes.NewReader(output))
	for {
		var linkedPackage struct{ Module *module }
		err := decoder.Decode(&linkedPackage)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if m := linkedPackage.Module; m != nil && !m.Main {
			found[m.Path] = *m
		}
	}
}

// run returns what the go command prints.
func run(folder string, environment []string, arguments ...string) ([]byte, error) {
	command := exec.Command("go", arguments...)
	command.Dir = folder
	command.Env = append(os.Environ(), environment...)
	command.Stderr = os.Stderr
	output, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("go %s: %w", strings.Join(arguments, " "), err)
	}
	return output, nil
}

// write adds the module's licence, and its statement on patents where it has one.
func (m module) write(text *strings.Builder) error {
	licence, err := os.ReadFile(filepath.Join(m.Dir, "LICENSE"))
	if err != nil {
		return fmt.Errorf("%s: its licence was not found: %w: where it stands in another file, teach scripts/notices that name", m.Path, err)
	}
	name, err := identify(string(licence))
	if err != nil {
		return fmt.Errorf("%s: %w", m.Path, err)
	}
	heading := strings.TrimSpace(m.Path+" "+m.Version) + ": " + name
	fmt.Fprintf(text, "\n\n%s\n%s\n\n%s\n", heading, strings.Repeat("=", len(heading)), bytes.TrimSpace(licence))
	for _, other := range []string{"NOTICE", "PATENTS"} {
		content, err := os.ReadFile(filepath.Join(m.Dir, other))
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		fmt.Fprintf(text, "\n%s\n", bytes.TrimSpace(content))
	}
	return nil
}

// known has a sentence that only the licence of that SPDX name has. All of them go together with the GPL.
var known = map[string]string{
	"MIT":          "Permission is hereby granted, free of charge, to any person obtaining a copy",
	"BSD-3-Clause": "to endorse or promote products derived from this software without specific prior written permission",
	"MPL-2.0":      "Mozilla Public License, version 2.0",
}

// identify returns the SPDX name of a licence.
func identify(licence string) (string, error) {
	oneLine := strings.Join(strings.Fields(licence), " ")
	for name, sentence := range known {
		if strings.Contains(oneLine, sentence) {
			return name, nil
		}
	}
	return "", fmt.Errorf("its licence is none of %s: see whether it goes together with the GPL, then add it to scripts/notices",
		strings.Join(slices.Sorted(maps.Keys(known)), ", "))
}
