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

	"github.com/acsmon/acsmon-ansible/internal/folders/folderstest"
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

func TestOneHolderAtATime(t *testing.T) {
	folderstest.Home(t)
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
	home := folderstest.Home(t)
	for _, name := range []string{"a", "b", "../../c", "http://x/ y\x00"} {
		release, err := Take(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		defer release()
	}
	files, _ := filepath.Glob(filepath.Join(home, ".cache/acsmon/locks/*"))
	if len(files) != 4 {
		t.Fatalf("the lock files are %v", files)
	}
	for _, file := range files {
		info, err := os.Stat(file)
		if err != nil {
			t.Fatal(err)
		}
		if mode := info.Mode().Perm(); mode != 0o600 {
			t.Errorf("%s has the mode %v, want 0600", file, mode)
		}
	}
}

func TestWaitingEndsWithTheContext(t *testing.T) {
	folderstest.Home(t)
	release, err := Take(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := Take(ctx, "a"); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "lock file") {
		t.Errorf("the error is %v, want that the lock file was waited for too long", err)
	}
}

func TestADeadHolderHoldsNothing(t *testing.T) {
	folderstest.Home(t)
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

// There may be a FIFO in the place of a lock.
func TestTakingALockNeverHangs(t *testing.T) {
	folderstest.Home(t)
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
}

func TestAWaitEndsWhenItIsFutile(t *testing.T) {
	folderstest.Home(t)
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
