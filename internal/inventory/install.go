// SPDX-License-Identifier: GPL-3.0-or-later

package inventory

import (
	_ "embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/acsmon/acsmon-ansible/internal/files"
	"github.com/acsmon/acsmon-ansible/internal/specs"
)

var (
	//go:embed install/acsmon.yml
	settingsExample []byte
	//go:embed install/ansible.cfg
	configExample []byte
)

// schemaFile is what the settings file names as its schema. Ansible ignores hidden files in a
// folder of inventories.
const schemaFile = ".acsmon.schema.json"

// Install copies the executable at from into a folder, with a settings file that explains itself
// and an ansible.cfg that knows both, and says on stdout what it did. It replaces the executable,
// but leaves the files alone if they exist, because they are the user's.
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
	}{{"acsmon.yml", settingsExample}, {"ansible.cfg", configExample}, {schemaFile, specs.SettingsSchema()}} {
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
	if err := exec.Command(script, "version").Run(); errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("%s may not be run, probably because its file system is mounted with noexec: install it into another folder", script)
	}
	fmt.Fprintf(stdout, "try: cd %s && ansible-inventory -i acsmon --graph\n", folder)
	return nil
}

// create writes a file unless it exists.
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
