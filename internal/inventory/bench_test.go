// SPDX-License-Identifier: GPL-3.0-or-later

package inventory

import (
	"fmt"
	"io"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
	"github.com/acsmon/acsmon-ansible/internal/command"
	"github.com/acsmon/acsmon-ansible/internal/folders/folderstest"
)

// The executable's own time for --list from the cache.
func BenchmarkCachedList(b *testing.B) {
	for _, devices := range []int{1000, 10000} {
		b.Run(fmt.Sprint(devices), func(b *testing.B) {
			folderstest.Home(b)
			server := acsmontest.Start(b, acsmontest.Options{Seed: 1, Devices: devices})
			env := map[string]string{"ACSMON_BASE_URL": server.URL, "ACSMON_TOKEN": server.Token, "ACSMON_INVENTORY": b.TempDir() + "/acsmon.yml"}
			writeFile(b, env["ACSMON_INVENTORY"], "cache_timeout: 3600\n")
			for b.Loop() {
				call := command.Call{Program: "acsmon", Stdout: io.Discard, Stderr: b.Output(), Lookup: lookup(env)}
				if status := (&command.Program{Flagged: Command}).Run(b.Context(), []string{"--list"}, call); status != 0 {
					b.Fatal(status)
				}
			}
		})
	}
}
