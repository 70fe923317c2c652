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
)

// retryEvery is how often a taken lock is tried again.
const retryEvery = 20 * time.Millisecond

// Take waits for the lock of that name and returns what releases it. The
// operating system releases it too when the process ends, however it ends.
func Take(ctx context.Context, name string) (release func(), err error) {
	dir, err := cacheDir()
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

// cacheDir is the user's own folder of lock files. Where there is no home it is
// one in the folder for temporary files, which must be the user's own as well.
func cacheDir() (string, error) {
	base, err := os.UserCacheDir()
	if err != nil || os.MkdirAll(base, 0o700) != nil {
		base = filepath.Join(os.TempDir(), fmt.Sprintf("acsmon-%d", os.Getuid()))
	}
	dir := filepath.Join(base, "acsmon", "locks")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("no folder for lock files can be made: %w", err)
	}
	return dir, nil
}
