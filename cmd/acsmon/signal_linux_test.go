// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// lateEnough is longer than a command takes that a signal ends at once, and shorter than the grace
// that the program gives to one that ignores the signal.
const lateEnough = 4 * time.Second

// process is acsmon, which TestMain has put into the path.
func process(t *testing.T, words ...string) *exec.Cmd {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	c := exec.CommandContext(ctx, "acsmon", words...)
	c.Env = append(os.Environ(), "HOME="+t.TempDir(), "ACSMON_EMAIL=", "ACSMON_PASSWORD=")
	return c
}

// ended fails the test unless the process, which has got a signal, soon ends by itself with the
// status of a failure.
func ended(t *testing.T, c *exec.Cmd) {
	t.Helper()
	killed := time.AfterFunc(lateEnough, func() { _ = c.Process.Kill() })
	defer killed.Stop()
	_ = c.Wait()
	if c.ProcessState.ExitCode() != 1 {
		t.Errorf("it ended with %v", c.ProcessState)
	}
}

func TestASignalEndsAProcessThatReadsStandardInput(t *testing.T) {
	for _, words := range []string{"module acsmon_monitor_info", "inventory --plugin --fetch", "login https://monitoring.example.com"} {
		t.Run(words, func(t *testing.T) {
			c := process(t, strings.Fields(words)...)
			stdin, err := c.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			defer stdin.Close()
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			// A pipe cannot hold all of this. Once it is written, the process reads, and so listens
			// to signals.
			if _, err := stdin.Write([]byte(strings.Repeat(" ", 80<<10))); err != nil {
				t.Fatal(err)
			}
			if err := c.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			ended(t, c)
		})
	}
}

// Ctrl-C at either prompt of a login ends it, and the terminal shows again what is typed.
func TestCtrlCEndsALoginAtItsPrompts(t *testing.T) {
	server := acsmontest.Start(t, acsmontest.Options{})
	for _, test := range []struct{ prompt, email string }{{"E-mail: ", ""}, {"Password: ", "api@example.com"}} {
		t.Run(test.prompt, func(t *testing.T) {
			master, terminal := openTerminal(t)
			c := process(t, "login", server.URL)
			c.Env = append(c.Env, "ACSMON_EMAIL="+test.email)
			c.Stdin = terminal
			stderr, err := c.StderrPipe()
			if err != nil {
				t.Fatal(err)
			}
			c.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			prompt, err := bufio.NewReader(stderr).ReadString(':')
			if err != nil || prompt+" " != test.prompt {
				t.Fatalf("it asks %q (%v)", prompt, err)
			}
			echoes(t, terminal, test.email == "")              // which is off once the password is asked for
			if _, err := master.Write([]byte{3}); err != nil { // Ctrl-C
				t.Fatal(err)
			}
			ended(t, c)
			echoes(t, terminal, true)
			if n := len(server.Requests()); n != 0 {
				t.Errorf("%d requests were sent", n)
			}
		})
	}
}

// echoes waits until the terminal shows what is typed, or does not.
func echoes(t *testing.T, terminal *os.File, want bool) {
	t.Helper()
	for deadline := time.Now().Add(lateEnough); ; time.Sleep(time.Millisecond) {
		state, err := unix.IoctlGetTermios(int(terminal.Fd()), unix.TCGETS)
		if err != nil {
			t.Fatal(err)
		}
		if (state.Lflag&unix.ECHO != 0) == want {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the terminal's echo is %v, want %v", !want, want)
		}
	}
}

// openTerminal opens a pseudo-terminal.
func openTerminal(t *testing.T) (master, terminal *os.File) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { master.Close() })
	if err := unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	number, err := unix.IoctlGetInt(int(master.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	terminal, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { terminal.Close() })
	return master, terminal
}
