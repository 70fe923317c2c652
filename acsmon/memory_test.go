// SPDX-License-Identifier: MIT

// The race detector takes memory of its own, many times the program's: make test runs this
// without it.

//go:build !race

package acsmon_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"syscall"
	"testing"
)

func TestMemoryForAPageOf32MBStaysUnder300MB(t *testing.T) {
	for name, page := range pagesOf32MB {
		t.Run(name, func(t *testing.T) {
			body := page()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) }))
			defer server.Close()
			reader := exec.Command(os.Args[0])
			reader.Env = append(os.Environ(), "READ_ONE_PAGE="+server.URL)
			out, err := reader.CombinedOutput()
			if err != nil {
				t.Fatalf("%v: %.300s", err, out)
			}
			used := reader.ProcessState.SysUsage().(*syscall.Rusage).Maxrss >> 10 // from KiB, on Linux
			t.Logf("%d MB of memory for %d MB: %.100s", used, len(body)>>20, out)
			if used > 300 {
				t.Errorf("%d MB of memory for %d MB: %.100s", used, len(body)>>20, out)
			}
		})
	}
}
