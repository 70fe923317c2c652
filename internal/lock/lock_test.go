// SPDX-License-Identifier: GPL-3.0-or-later

package lock

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// TestMain is also a process that takes a lock and waits to be killed.
func TestMain(m *testing.M) {
	if name := os.Getenv("HOLD_LOCK"); name != "" {
		if _, err := Take(context.Background(), name); err != nil {
			panic(err)
		}
		os.Stdout.WriteString("held\n")
		select {}
	}
	os.Exit(m.Run())
}

func newHome(t *testing.T) string {
	t.Helper()
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_CACHE_HOME", filepath.Join(home, "cache"))
	t.Setenv("TMPDIR", filepath.Join(home, "tmp"))
	return home
}

func TestOneHolderAtATime(t *testing.T) {
	newHome(t)
	var holders, most atomic.Int32
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			release, err := Take(t.Context(), "a")
			if err != nil {
				t.Error(err)
				return
			}
			most.Store(max(most.Load(), holders.Add(1)))
			holders.Add(-1)
			release()
		})
	}
	wg.Wait()
	if most.Load() != 1 {
		t.Errorf("%d held the lock at once", most.Load())
	}
}

func TestNamesAreApart(t *testing.T) {
	home := newHome(t)
	for _, name := range []string{"a", "b", "../../c", "http://x/ y\x00"} {
		release, err := Take(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		defer release()
	}
	files, _ := filepath.Glob(filepath.Join(home, "cache/acsmon/locks/*"))
	if len(files) != 4 {
		t.Fatalf("the lock files are %v", files)
	}
	for _, file := range files {
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", file, info.Mode(), err)
		}
	}
}

func TestWaitingEndsWithTheContext(t *testing.T) {
	newHome(t)
	release, err := Take(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := Take(ctx, "a"); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "lock file") {
		t.Errorf("%v", err)
	}
}

func TestADeadHolderHoldsNothing(t *testing.T) {
	newHome(t)
	holder := exec.Command(os.Args[0])
	holder.Env = append(os.Environ(), "HOLD_LOCK=a")
	out, err := holder.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := holder.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := out.Read(make([]byte, 5)); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := Take(ctx, "a"); err == nil {
		t.Error("a lock that another process holds was taken")
	}
	_ = holder.Process.Kill()
	_ = holder.Wait()
	release, err := Take(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	release()
}

// TestWithoutAHome is a container's user: locks are then in the folder for
// temporary files, if that is safe.
func TestWithoutAHome(t *testing.T) {
	for _, home := range []string{"", os.DevNull} {
		temp := t.TempDir()
		t.Setenv("HOME", home)
		t.Setenv("XDG_CACHE_HOME", "")
		t.Setenv("TMPDIR", temp)
		release, err := Take(t.Context(), "a")
		if err != nil {
			t.Fatal(err)
		}
		release()
		dirs, _ := filepath.Glob(temp + "/acsmon-locks-*")
		if len(dirs) != 1 {
			t.Fatalf("the folders are %v", dirs)
		}
		if err := os.Chmod(dirs[0], 0o777); err != nil {
			t.Fatal(err)
		}
		if _, err := Take(t.Context(), "a"); err == nil || !strings.Contains(err.Error(), dirs[0]) {
			t.Errorf("a folder that all can write to: %v", err)
		}
		if err := errors.Join(os.RemoveAll(dirs[0]), os.Symlink(t.TempDir(), dirs[0])); err != nil {
			t.Fatal(err)
		}
		if _, err := Take(t.Context(), "a"); err == nil || !strings.Contains(err.Error(), "remove it") {
			t.Errorf("a link to another folder: %v", err)
		}
	}
}

func TestWithoutAnyFolder(t *testing.T) {
	for _, name := range []string{"HOME", "XDG_CACHE_HOME", "TMPDIR"} {
		t.Setenv(name, os.DevNull)
	}
	if _, err := Take(t.Context(), "a"); err == nil || !strings.Contains(err.Error(), "set HOME or TMPDIR") {
		t.Errorf("%v", err)
	}
}

// Another user of the machine may have made the folder, or a FIFO in the place of a lock.
func TestALockIsTakenInAFolderOfTheUsersOwnAndNeverHangs(t *testing.T) {
	home := newHome(t)
	path, err := pathOf("a")
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(syscall.Mkfifo(path+".lock", 0o600), syscall.Mkfifo(path+".note", 0o600)); err != nil {
		t.Fatal(err)
	}
	release, err := Take(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	release()
	if note := Note("a"); note != nil {
		t.Errorf("the note is %q", note)
	}
	if err := Leave("a", []byte("closed")); err != nil || string(Note("a")) != "closed" {
		t.Errorf("%v, the note is %q", err, Note("a"))
	}

	if err := os.Chmod(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if path, err = pathOf("a"); err != nil || !strings.HasPrefix(path, filepath.Join(home, "tmp")) {
		t.Errorf("a folder that all can write to gives %s (%v)", path, err)
	}
	if err := os.Chmod(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if _, err := Take(t.Context(), "a"); err == nil || !strings.Contains(err.Error(), "is not a folder that only its user can write to") {
		t.Errorf("two of them give %v", err)
	}
}

func TestAWaitEndsWhenItIsFutile(t *testing.T) {
	newHome(t)
	release, err := Take(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	futile := errors.New("the server is closed")
	if _, err := TakeUnless(t.Context(), "a", func() error { return futile }); !errors.Is(err, futile) {
		t.Error(err)
	}
	release()
	release, err = TakeUnless(t.Context(), "a", func() error { return futile })
	if err != nil {
		t.Fatalf("a lock that is free: %v", err)
	}
	release()
}
