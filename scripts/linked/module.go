// SPDX-License-Identifier: GPL-3.0-or-later

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

// A module is what the go command says of one.
type module struct {
	Path, Version string
	// Dir is where its files are.
	Dir string
	// Main says that the commands belong to this module.
	Main bool
}

// linked returns Go itself, and the modules that the commands link on any of the platforms, by
// path.
func linked(folder string, platforms []string) ([]module, error) {
	standard, err := standardLibrary(folder)
	if err != nil {
		return nil, err
	}
	found := map[string]module{}
	for _, platform := range platforms {
		system, architecture, ok := strings.Cut(platform, "_")
		if !ok {
			return nil, fmt.Errorf("%q is not a platform: give the system and the architecture, such as linux_amd64", platform)
		}
		environment := []string{"CGO_ENABLED=0", "GOOS=" + system, "GOARCH=" + architecture}
		output, err := runGo(folder, environment, "list", "-deps", "-json=Module", "./cmd/...")
		if err != nil {
			return nil, err
		}
		if err := collect(output, found); err != nil {
			return nil, fmt.Errorf("read the answer of go list: %w", err)
		}
	}
	modules := slices.SortedFunc(maps.Values(found), func(a, b module) int { return strings.Compare(a.Path, b.Path) })
	return append([]module{standard}, modules...), nil
}

// standardLibrary returns Go itself, without a version: whoever builds chooses it.
func standardLibrary(folder string) (module, error) {
	root, err := runGo(folder, nil, "env", "GOROOT")
	return module{Path: "Go", Dir: string(bytes.TrimSpace(root))}, err
}

// collect adds the modules of the packages that go list printed. Packages of the standard library
// have none.
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

// runGo returns what the go command prints.
func runGo(folder string, environment []string, arguments ...string) ([]byte, error) {
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

// licence returns the text of the module's licence, and its SPDX name.
func (m module) licence() (text, name string, err error) {
	content, err := os.ReadFile(filepath.Join(m.Dir, "LICENSE"))
	if err != nil {
		return "", "", fmt.Errorf("%s: its licence was not found: %w: if it is in another file, add that name to scripts/linked", m.Path, err)
	}
	name, err = identify(string(content))
	if err != nil {
		return "", "", fmt.Errorf("%s: %w", m.Path, err)
	}
	return strings.TrimSpace(string(content)), name, nil
}

// known has a sentence that only the licence of that SPDX name has. All of them are compatible with
// the GPL.
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
	return "", fmt.Errorf("its licence is none of %s: see whether it goes together with the GPL, then add it to scripts/linked",
		strings.Join(slices.Sorted(maps.Keys(known)), ", "))
}
