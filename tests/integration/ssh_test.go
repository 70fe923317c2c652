// SPDX-License-Identifier: GPL-3.0-or-later

package integration

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"sync"
)

// Debian's packages for what these tests use.
const installSSH = "Debian: apt-get install openssh-server openssh-client"

// hasSSH reports whether there is an sshd to test with, and prints what is missing.
var hasSSH = sync.OnceValue(func() bool {
	for _, name := range []string{"/usr/sbin/sshd", "ssh", "ssh-keygen"} {
		if _, err := exec.LookPath(name); err != nil {
			skips("the tasks over ssh: there is no %s (%s)", name, installSSH)
			return false
		}
	}
	// Where sshd is installed but never ran, what its service makes is missing.
	if err := os.MkdirAll("/run/sshd", 0o755); err != nil {
		skips("the tasks over ssh: %v", err)
		return false
	}
	return true
})

// canMountNoexec reports whether a test can have a folder in which nothing may be run, and prints
// why not.
var canMountNoexec = sync.OnceValue(func() bool {
	// As another user than root, sshd does not work in a namespace where it could mount.
	if os.Getuid() != 0 || exec.Command("unshare", "--mount", "mount", "-t", "tmpfs", "-o", "noexec", "tmpfs", os.TempDir()).Run() != nil {
		skips("folders with noexec: only root can mount here, in a namespace of unshare (Debian: apt-get install util-linux mount)")
		return false
	}
	return true
})

// sshd starts an sshd on a free port of the loopback interface and returns the
// host variables to reach it. The tasks of a test share one connection. Where that
// is possible, the folder noexec of the site is mounted so in the sshd's eyes.
func (s *site) sshd() string {
	s.t.Helper()
	for _, folder := range []string{"ssh", "noexec"} {
		s.must(os.Mkdir(filepath.Join(s.dir, folder), 0o700))
	}
	for _, key := range []string{"ssh/host", "ssh/user"} {
		s.ok("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key)
	}
	s.write("ssh/config", strings.ReplaceAll(`
ListenAddress 127.0.0.1
HostKey SITE/ssh/host
AuthorizedKeysFile SITE/ssh/user.pub
PidFile none
StrictModes no
PasswordAuthentication no
MaxStartups 100
MaxSessions 100
Subsystem sftp internal-sftp
SetEnv HOME=SITE/home
`, "SITE", s.dir))
	port := s.listen()

	me, err := user.Current()
	s.must(err)
	short, err := os.MkdirTemp("", "acsmon-ssh-") // the path of a socket must be
	s.must(err)
	control := "ControlPath=" + filepath.Join(short, "control")
	s.t.Cleanup(func() {
		s.run("ssh", "-F", "none", "-o", control, "-O", "exit", "127.0.0.1")
		os.RemoveAll(short)
	})
	variables, err := json.Marshal(map[string]any{
		"ansible_connection":           "ssh",
		"ansible_host":                 "127.0.0.1",
		"ansible_port":                 port,
		"ansible_user":                 me.Username,
		"ansible_ssh_private_key_file": filepath.Join(s.dir, "ssh", "user"),
		"ansible_ssh_args": "-F none -o ControlMaster=auto -o ControlPersist=60 -o " + control +
			" -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o IdentitiesOnly=yes",
	})
	s.must(err)
	return string(variables)
}

// listen starts the configured sshd and returns its port. Between the choice of a
// port and its use, another process may take it.
func (s *site) listen() (port int) {
	s.t.Helper()
	var err error
	for range 10 {
		port = s.freePort()
		if err = s.startSSHD(port); err == nil {
			return port
		}
	}
	s.t.Fatalf("no sshd could be started: %v", err)
	return 0
}

func (s *site) freePort() int {
	s.t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	s.must(err)
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}

// startSSHD returns when sshd listens, or with what it printed when it ended.
func (s *site) startSSHD(port int) error {
	s.t.Helper()
	command := []string{"/usr/sbin/sshd", "-D", "-e", "-f", filepath.Join(s.dir, "ssh", "config"), "-p", fmt.Sprint(port)}
	if canMountNoexec() {
		const mounted = `mount -t tmpfs -o noexec,mode=0700 tmpfs "$0" && exec "$@"`
		command = append([]string{"unshare", "--mount", "sh", "-c", mounted, filepath.Join(s.dir, "noexec")}, command...)
	}
	sshd := exec.Command(command[0], command[1:]...)
	stderr, err := sshd.StderrPipe()
	s.must(err)
	s.must(sshd.Start())
	lines := bufio.NewReader(stderr)
	var printed strings.Builder
	for {
		line, err := lines.ReadString('\n')
		printed.WriteString(line)
		if err != nil {
			return errors.Join(sshd.Wait(), errors.New(printed.String()))
		}
		if strings.HasPrefix(line, "Server listening on ") {
			break
		}
	}
	go func() { _, _ = io.Copy(io.Discard, lines) }()
	s.t.Cleanup(func() {
		_ = sshd.Process.Kill()
		_ = sshd.Wait()
	})
	return nil
}
