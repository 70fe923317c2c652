// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/acsmon/acsmon-ansible/internal/command"
)

// The test binary is the command when the tests below run it.
func TestMain(m *testing.M) {
	if os.Getenv("ACSMON_SANDBOX_MAIN") == "1" {
		main()
		return
	}
	os.Exit(m.Run())
}

// A sandbox is a running process and what it said.
type sandbox struct {
	t         *testing.T
	process   *exec.Cmd
	url       string
	token     string
	firstLine string
}

func start(t *testing.T, args ...string) *sandbox {
	t.Helper()
	s := &sandbox{t: t, process: exec.Command(os.Args[0], args...)}
	s.process.Env = append(os.Environ(), "ACSMON_SANDBOX_MAIN=1")
	s.process.Stderr = os.Stderr
	out, err := s.process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.process.Process.Kill(); s.process.Wait() })
	lines := bufio.NewScanner(out)
	var said []string
	for len(said) < 3 && lines.Scan() {
		said = append(said, lines.Text())
	}
	if len(said) < 3 {
		t.Fatalf("it said only %q", said)
	}
	s.firstLine = said[0]
	s.url = value(t, said[1], "ACSMON_BASE_URL")
	s.token = value(t, said[2], "ACSMON_TOKEN")
	return s
}

// value reads a line such as export NAME='value'.
func value(t *testing.T, line, name string) string {
	t.Helper()
	rest, ok := strings.CutPrefix(line, "export "+name+"='")
	if !ok || !strings.HasSuffix(rest, "'") {
		t.Fatalf("%q does not export %s", line, name)
	}
	return strings.TrimSuffix(rest, "'")
}

// call sends a request and gives the status and the JSON that came.
func (s *sandbox) call(method, url, body string) (int, map[string]any) {
	s.t.Helper()
	r, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Accept", "application/json")
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+s.token)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	var v map[string]any
	json.NewDecoder(res.Body).Decode(&v)
	return res.StatusCode, v
}

// One run as a Makefile does it: wait for the file, source it, work, stop.
func TestRun(t *testing.T) {
	for _, signal := range []os.Signal{syscall.SIGINT, syscall.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) {
			ready := filepath.Join(t.TempDir(), "sandbox.env")
			s := start(t, "--ready-file", ready, "-devices", "3", "-monitors=5", "-alerts", "2", "-prefix", "/m", "-alt-created", "200",
				"-fault", "GET /devices status=502 1", "-password", "secret")
			if want := "# ACS Monitor sandbox: 3 devices, 5 monitors, 2 open alerts, 60 requests a minute; ctrl-c ends it"; s.firstLine != want {
				t.Errorf("it said %q, want %q", s.firstLine, want)
			}
			info, err := os.Stat(ready)
			if err != nil {
				t.Fatal(err)
			}
			if info.Mode().Perm() != 0o600 {
				t.Errorf("the ready file's mode is %v", info.Mode())
			}
			content, _ := os.ReadFile(ready)
			if want := "export ACSMON_BASE_URL='" + s.url + "'\nexport ACSMON_TOKEN='" + s.token + "'\n"; string(content) != want {
				t.Errorf("the ready file has\n%s, want\n%s", content, want)
			}

			api := s.url + "/api/v1"
			if status, _ := s.call("GET", api+"/devices", ""); status != 502 {
				t.Errorf("the fault gave %d", status)
			}
			status, list := s.call("GET", api+"/devices", "")
			if rows, _ := list["data"].([]any); status != 200 || len(rows) != 3 {
				t.Errorf("the devices are answered %d %v, want three", status, list)
			}
			if status, made := s.call("POST", api+"/monitors", `{"name":"a","type":"ssl","host":"b"}`); status != 200 {
				t.Errorf("%d monitor: %v", status, made)
			}
			if status, login := s.call("POST", api+"/auth/login", `{"email":"api@example.com","password":"secret"}`); status != 200 {
				t.Errorf("%d login: %v", status, login)
			}
			root := strings.TrimSuffix(s.url, "/m")
			if _, asked := s.call("GET", root+"/_sandbox/requests", ""); asked["count"] != 4.0 || asked["writes"] != 1.0 {
				t.Errorf("requests: %v", asked)
			}

			s.process.Process.Signal(signal)
			if err := s.process.Wait(); err != nil {
				t.Errorf("it ended with %v", err)
			}
			if _, err := os.Stat(ready); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("the ready file is still there: %v", err)
			}
		})
	}
}

func TestMistakes(t *testing.T) {
	for args, want := range map[string]string{
		"-devices -1":                 `--devices is "-1": must be a whole number, 0 or more`,
		"-nothing":                    "acsmon-sandbox has no option --nothing",
		"serve":                       `"serve" was not expected: acsmon-sandbox takes options only`,
		"-alt-put sometimes":          `alternative put has no value "sometimes", only merge, replace`,
		"-fault reset":                "is not METHOD PATH EFFECT",
		"-addr 127.0.0.1:99999":       "invalid port",
		"-ready-file /no/such/folder": "no such file or directory",
	} {
		t.Run(args, func(t *testing.T) {
			var complaint strings.Builder
			status := program.Run(t.Context(), strings.Fields(args), command.Call{Stdout: io.Discard, Stderr: &complaint})
			message, _, _ := strings.Cut(complaint.String(), "\nhint: acsmon-sandbox --help shows the usage\n")
			if status == 0 || !strings.Contains(message, want) || strings.Contains(strings.TrimSpace(message), "\n") {
				t.Errorf("status %d, %q, want %s", status, complaint.String(), want)
			}
		})
	}
}

// The help names every alternative and every effect.
func TestHelp(t *testing.T) {
	var help strings.Builder
	if status := program.Run(t.Context(), []string{"-h"}, command.Call{Stdout: &help, Stderr: io.Discard}); status != 0 {
		t.Fatal(status)
	}
	for _, word := range []string{"-alt-put", "merge, replace", "-alt-per-page-cap", "cut-after", "-licence-cap"} {
		if !strings.Contains(help.String(), word) {
			t.Errorf("the help lacks %s", word)
		}
	}
}
