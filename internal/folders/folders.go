// SPDX-License-Identifier: GPL-3.0-or-later

// Package folders says where the files of this user lie: tokens and server profiles, caches, what
// a watch has told, and the locks under which runs share what they know. It owns these places and
// the names of files in them. It does not know what is in a file.
//
// They follow from the environment of the process alone. What a task sets in its own environment
// moves no file, or two tasks would not meet at one lock.
package folders

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/acsmon/acsmon-ansible/internal/files"
)

// errNoHome is why a folder has no place. Callers add what their users can do.
var errNoHome = errors.New("there is no home folder")

// Config returns the folder of tokens and server profiles. It is ~/.config/acsmon on every
// system, where all clients of ACS Monitor keep their token.
func Config() (string, error) { return below("", ".config") }

// Cache returns the folder of what can be fetched again.
func Cache() (string, error) {
	if runtime.GOOS == "darwin" {
		return below("XDG_CACHE_HOME", "Library/Caches")
	}
	return below("XDG_CACHE_HOME", ".cache")
}

// NotKept says that the answers of a server are not kept, and why.
func NotKept(err error) string {
	return fmt.Sprintf("the server's answers are not kept: %v: set HOME or XDG_CACHE_HOME to where files can be written, or cache_timeout to 0", err)
}

// State returns the folder of what must outlive a process and cannot be fetched again.
func State() (string, error) { return below("XDG_STATE_HOME", ".local/state") }

// Locks returns the folder of lock files, and of what runs share under a lock. It exists, and
// nobody else can write to it. Where the home is missing or read-only, it is in the folder for
// temporary files.
func Locks() (string, error) {
	if cache, err := Cache(); err == nil {
		dir := filepath.Join(cache, "locks")
		if files.OwnFolder(dir) == nil && unix.Access(dir, unix.W_OK) == nil {
			return dir, nil
		}
	}
	// Anybody can make that folder first, and links in it to files of the user.
	dir := filepath.Join(os.TempDir(), fmt.Sprintf("acsmon-locks-%d", os.Getuid()))
	if err := files.OwnFolder(dir); err != nil {
		return "", fmt.Errorf("no folder for lock files can be made: %w: set HOME or TMPDIR to where files can be written", err)
	}
	return dir, nil
}

// ExpandHome puts the home folder in the place of a ~ in front of a path, as a shell does where
// the path is not in quotes.
func ExpandHome(path string) string {
	if home := os.Getenv("HOME"); home != "" && (path == "~" || strings.HasPrefix(path, "~/")) {
		return home + path[1:]
	}
	return path
}

// FileName returns the name of the file for what the parts say together. Parts may be long,
// secret or hostile: the name shows none of them.
func FileName(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:12])
}

// below returns this project's folder below the one that a variable names, or below the home. The
// variables are those of the XDG Base Directory Specification, by which a relative path counts as
// none.
func below(variable, inHome string) (string, error) {
	if base := ExpandHome(os.Getenv(variable)); filepath.IsAbs(base) {
		return filepath.Join(base, "acsmon"), nil
	}
	home := os.Getenv("HOME")
	if home == "" {
		return "", errNoHome
	}
	return filepath.Join(home, inHome, "acsmon"), nil
}
