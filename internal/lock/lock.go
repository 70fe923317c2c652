// SPDX-License-Identifier: GPL-3.0-or-later

// Package lock keeps the processes of one user on one machine from doing the
// same thing at the same time: two forks of Ansible that look for a monitor,
// miss it and both create it. It owns the lock files; it does not know what they
// protect.
package lock

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
	"golang.org/x/sys/unix"
)

// retryEvery is how often a taken lock is tried again.
const retryEvery = 20 * time.Millisecond

// Take waits for the lock of that name and returns what releases it. The
// operating system releases it too when the process ends, however it ends.
func Take(ctx context.Context, name string) (release func(), err error) {
	dir, err := Dir()
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(name))
	file := flock.New(filepath.Join(dir, hex.EncodeToString(sum[:12])+".lock"), flock.SetPermissions(0o600))
	if _, err := file.TryLockContext(ctx, retryEvery); err != nil {
		return nil, fmt.Errorf("the lock file %s cannot be taken: %w", file.Path(), err)
	}
	return func() { _ = file.Close() }, nil
}

// Dir is the user's own folder of lock files. Where the home is missing or
// cannot be written to, it is in the folder for temporary files.
func Dir() (string, error) {
	if base, err := os.UserCacheDir(); err == nil {
		dir := filepath.Join(base, "acsmon", "locks")
		if os.MkdirAll(dir, 0o700) == nil && unix.Access(dir, unix.W_OK) == nil {
			return dir, nil
		}
	}
	dir := filepath.Join(os.TempDir(), fmt.Sprintf("acsmon-locks-%d", os.Getuid()))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("no folder for lock files can be made: %w: set HOME or TMPDIR to where files can be written", err)
	}
	// Anybody can make that folder first, and links in it to files of the user.
	var found unix.Stat_t
	if err := unix.Lstat(dir, &found); err != nil {
		return "", fmt.Errorf("no folder for lock files can be made: %w", err)
	}
	if found.Mode&unix.S_IFMT != unix.S_IFDIR || int(found.Uid) != os.Getuid() || found.Mode&0o022 != 0 {
		return "", fmt.Errorf("%s is not a folder that only its user can write to: remove it", dir)
	}
	return dir, nil
}
