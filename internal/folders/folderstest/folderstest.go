// SPDX-License-Identifier: GPL-3.0-or-later

// Package folderstest gives tests a home of their own, so that they see neither the files nor the
// settings of whoever runs them.
package folderstest

import (
	"os"
	"os/signal"
	"strings"
	"syscall"
	"testing"
)

// Home makes an empty home for a test and returns its path. The folders of package folders are in
// it from then on.
func Home(tb testing.TB) string {
	tb.Helper()
	home := tb.TempDir()
	for name, value := range variables(home) {
		tb.Setenv(name, value)
	}
	return home
}

// Run is m.Run with one home for all tests of a package, and without the settings of whoever runs
// them. Tests can then be parallel, and run in bubbles of testing/synctest.
func Run(m *testing.M) int {
	home, err := os.MkdirTemp("", "acsmon-test-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(home)
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "ACSMON_") {
			os.Unsetenv(name)
		}
	}
	for name, value := range variables(home) {
		os.Setenv(name, value)
	}
	// The goroutine that reads signals starts at the first use, and must not be part of a bubble.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGUSR1)
	return m.Run()
}

func variables(home string) map[string]string {
	return map[string]string{"HOME": home, "XDG_CACHE_HOME": "", "XDG_STATE_HOME": ""}
}
