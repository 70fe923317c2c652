// SPDX-License-Identifier: GPL-3.0-or-later

package laravel

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"syscall"
)

// guard runs a command in a process group of its own until its standard input ends, which it does
// when the process that started it stops it or is gone, however it ended: then the whole group gets
// the signal.
const guard = `signal=$1; shift; trap : "$signal"; "$@" </dev/null & cat >/dev/null; kill -s "$signal" 0; wait`

// A process is a server that runs in the background.
type process struct {
	command *exec.Cmd
	stdin   io.Closer
}

// background starts a server, and waits until it prints the text that says that it serves.
func background(command *exec.Cmd, signal, ready string) (*process, error) {
	command.Args = append([]string{"sh", "-c", guard, "sh", signal, command.Path}, command.Args[1:]...)
	shell, err := exec.LookPath("sh")
	if err != nil {
		return nil, err
	}
	command.Path = shell
	if command.SysProcAttr == nil {
		command.SysProcAttr = &syscall.SysProcAttr{}
	}
	command.SysProcAttr.Setpgid = true
	stdin, err := command.StdinPipe()
	if err != nil {
		return nil, err
	}
	stderr, err := command.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	p := &process{command, stdin}
	if said, ok := readUntil(stderr, ready); !ok {
		p.stop()
		return nil, fmt.Errorf("%s did not start: %s", command.Args[5], said)
	}
	return p, nil
}

// readUntil reads up to the line that has the text, and leaves what follows to be read by nobody.
func readUntil(r io.Reader, text string) (said string, found bool) {
	var lines bytes.Buffer
	scanner := bufio.NewScanner(r)
	for scanner.Scan() {
		if strings.Contains(scanner.Text(), text) {
			go io.Copy(io.Discard, r)
			return "", true
		}
		lines.WriteString(scanner.Text() + "\n")
		if strings.Contains(scanner.Text(), "Failed to listen") {
			break
		}
	}
	return lines.String(), false
}

// stop ends the server and all that it started.
func (p *process) stop() {
	p.stdin.Close()
	p.command.Wait()
}
