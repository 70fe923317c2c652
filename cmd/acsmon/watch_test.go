// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// watching is a process of acsmon watch.
type watching struct {
	t       *testing.T
	command *exec.Cmd
	lines   *bufio.Reader
	output  io.Closer
	input   io.WriteCloser
	stderr  bytes.Buffer
}

// startWatch starts one with its home in a folder.
func startWatch(t *testing.T, server *acsmontest.Server, home string, args ...string) *watching {
	t.Helper()
	w := &watching{t: t, command: exec.Command("acsmon", append([]string{"watch", "--interval", "5"}, args...)...)}
	w.command.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "ACSMON_BASE_URL=" + server.URL, "ACSMON_TOKEN=" + server.Token}
	output, err := w.command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if w.input, err = w.command.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	w.command.Stderr, w.output, w.lines = &w.stderr, output, bufio.NewReader(output)
	if err := w.command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.command.Process.Kill() })
	return w
}

// wants asserts the key of the next line.
func (w *watching) wants(key string) {
	w.t.Helper()
	text, err := w.lines.ReadString('\n')
	var line struct{ Key string }
	if err != nil || json.Unmarshal([]byte(text), &line) != nil || line.Key != key {
		_ = w.command.Process.Kill()
		_ = w.command.Wait()
		w.t.Fatalf("%v, %q came, want %s; %s", err, text, key, &w.stderr)
	}
}

func (w *watching) confirm(key string) {
	w.t.Helper()
	if _, err := io.WriteString(w.input, key+"\n"); err != nil {
		w.t.Fatal(err)
	}
}

// endsWell asserts that the process ends by itself, without a word.
func (w *watching) endsWell() {
	w.t.Helper()
	if err := w.command.Wait(); err != nil || w.stderr.Len() > 0 {
		w.t.Errorf("it ended with %v: %s", err, &w.stderr)
	}
}

// addAlert opens an alert of a device.
func addAlert(server *acsmontest.Server, id int64) {
	server.Add("alert-events", map[string]any{
		"id": id, "device_id": server.Add("devices", map[string]any{}), "severity": "critical", "status": "open",
	})
}

// If a process is killed before its line is confirmed, the next one prints the line again. If it is
// killed later, the next one goes on.
func TestAKilledWatchLosesNothing(t *testing.T) {
	t.Parallel()
	server := acsmontest.Start(t, acsmontest.Options{})
	addAlert(server, 5)
	addAlert(server, 6)
	home := t.TempDir()
	w := startWatch(t, server, home, "--confirm")
	w.wants("device-5-opened")
	w.confirm("device-5-opened")
	w.wants("device-6-opened")
	_ = w.command.Process.Kill()
	_ = w.command.Wait()

	w = startWatch(t, server, home, "--confirm")
	w.wants("device-6-opened")
	w.confirm("device-6-opened")
	server.Set("alert-events", 5, map[string]any{"status": "resolved"})
	w.wants("device-5-resolved")
	w.confirm("device-5-resolved")
	server.Remove("alert-events", 6)
	w.wants("device-6-removed")
	_ = w.input.Close()
	w.endsWell()
}

func TestAWatchEndsWell(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*watching){
		"SIGTERM":         func(w *watching) { _ = w.command.Process.Signal(syscall.SIGTERM) },
		"SIGINT":          func(w *watching) { _ = w.command.Process.Signal(os.Interrupt) },
		"a closed output": func(w *watching) { _ = w.output.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := acsmontest.Start(t, acsmontest.Options{})
			addAlert(server, 5)
			w := startWatch(t, server, t.TempDir(), "--interval", "3600")
			w.wants("device-5-opened")
			end(w)
			w.endsWell()
		})
	}
}

// Two watchers of one state would each print half of the lines.
func TestTwoWatchersDoNotShareAState(t *testing.T) {
	t.Parallel()
	server := acsmontest.Start(t, acsmontest.Options{})
	addAlert(server, 5)
	home := t.TempDir()
	startWatch(t, server, home).wants("device-5-opened")
	second := startWatch(t, server, home)
	err := second.command.Wait()
	if err == nil || !strings.Contains(second.stderr.String(), "another acsmon watch uses the state file "+home+"/.local/state/acsmon/watch/") {
		t.Errorf("a second watch ends with %v, want that the state file is in use: %s", err, &second.stderr)
	}
	startWatch(t, server, home, "--source", "device").wants("device-5-opened") // another choice has another state
}
