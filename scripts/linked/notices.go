// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

const preface = `What the executables of the collection acsmon.monitor contain besides the work of its authors
=========================================================================================

The executables, plugins/sub_plugins/binaries/acsmon_* in the collection, are under the GNU General Public License, version 3 or
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

// write adds the module's licence, and its statement on patents if it has one.
func (m module) write(text *strings.Builder) error {
	licence, name, err := m.licence()
	if err != nil {
		return err
	}
	heading := strings.TrimSpace(m.Path+" "+m.Version) + ": " + name
	fmt.Fprintf(text, "\n\n%s\n%s\n\n%s\n", heading, strings.Repeat("=", len(heading)), licence)
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
