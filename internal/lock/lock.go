// SPDX-License-Identifier: GPL-3.0-or-later

// Package lock keeps the processes of one user on one machine from doing the
// same thing at the same time: two forks of Ansible that look for a monitor,
// miss it and both create it. It owns the lock files, and the notes beside them by
// which a process tells the others what it has learned; it does not know what they
// protect or say.
package lock

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
	"golang.org/x/sys/unix"

	"github.com/acsmon/acsmon-ansible/internal/files"
	"github.com/acsmon/acsmon-ansible/internal/folders"
)

// retryEvery is how often a taken lock is tried again.
const retryEvery = 20 * time.Millisecond

// Take waits for the lock of that name and returns what releases it. The
// operating system releases it too when the process ends, however it ends.
func Take(ctx context.Context, name string) (release func(), err error) {
	return TakeUnless(ctx, name, func() error { return nil })
}

// TakeUnless is Take that gives up as soon as the function gives an error, which it returns. A
// lock that is free is taken, whatever the context and the function say.
func TakeUnless(ctx context.Context, name string, futile func() error) (release func(), err error) {
	path, err := pathOf(name)
	if err != nil {
		return nil, err
	}
	// Without blocking, whatever the path is.
	file := flock.New(path+".lock", flock.SetPermissions(0o600), flock.SetFlag(os.O_CREATE|os.O_RDONLY|unix.O_NONBLOCK))
	for {
		taken, err := file.TryLock()
		if taken {
			return func() { _ = file.Close() }, nil
		}
		if err == nil {
			if reason := futile(); reason != nil {
				return nil, reason
			}
			err = wait(ctx)
		}
		if err != nil {
			return nil, fmt.Errorf("the lock file %s cannot be taken: %w", file.Path(), err)
		}
	}
}

func wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(retryEvery):
		return nil
	}
}

// Leave puts a note beside the lock of that name, for those who take it later.
func Leave(name string, note []byte) error {
	path, err := pathOf(name)
	if err != nil {
		return err
	}
	return files.ReplacePrivate(path+".note", note)
}

// Note gives the note that was left beside the lock of that name; nil if there is none.
func Note(name string) []byte {
	path, err := pathOf(name)
	if err != nil {
		return nil
	}
	note, err := files.LoadOwn(path + ".note")
	if err != nil {
		return nil
	}
	return note
}

// pathOf is the path of a lock's files, without their endings.
func pathOf(name string) (string, error) {
	dir, err := folders.Locks()
	return filepath.Join(dir, folders.FileName(name)), err
}
