// SPDX-License-Identifier: GPL-3.0-or-later

package inventory

import (
	_ "embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/acsmon/acsmon-ansible/internal/files"
)

var (
	//go:embed install/acsmon.yml
	settingsExample []byte
	//go:embed install/ansible.cfg
	configExample []byte
)

// Install puts the executable at from into a folder, with a settings file that
// explains itself and an ansible.cfg that knows both, and says on stdout what it did. The
// executable is replaced; the files are the user's once they are there, and left
// alone.
func Install(from, folder string, stdout io.Writer) error {
	program, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	script := filepath.Join(folder, "acsmon")
	if err := files.Replace(script, program, 0o755); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%s: installed\n", script)
	for _, file := range []struct {
		name    string
		content []byte
	}{{"acsmon.yml", settingsExample}, {"ansible.cfg", configExample}} {
		path := filepath.Join(folder, file.name)
		created, err := create(path, file.content)
		if err != nil {
			return err
		}
		if created {
			fmt.Fprintf(stdout, "%s: made\n", path)
		} else {
			fmt.Fprintf(stdout, "%s: left as it is\n", path)
		}
	}
	fmt.Fprintf(stdout, "try: cd %s && ansible-inventory -i acsmon --graph\n", folder)
	return nil
}

// create writes a file unless there is one.
func create(path string, content []byte) (created bool, err error) {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	_, err = file.Write(content)
	return true, errors.Join(err, file.Close())
}
