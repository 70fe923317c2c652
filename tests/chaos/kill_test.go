// SPDX-License-Identifier: GPL-3.0-or-later

package chaos

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// A process that is killed at any point leaves a state from which the next run
// converges: one monitor, as it was wanted.
func TestKilledProcesses(t *testing.T) {
	kills := setting(t, "CHAOS_KILLS", 40)
	random := rand.New(rand.NewPCG(uint64(setting(t, "CHAOS_SEED", 1)), 0))
	program := filepath.Join(t.TempDir(), "acsmon")
	build := exec.Command("go", "build", "-o", program, "../../cmd/acsmon")
	build.Env = environment
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	server := acsmontest.Start(t, acsmontest.Options{Seed: 1, Monitors: 30, Latency: 3 * time.Millisecond})
	midway := 0
	for i := range kills {
		name, port := fmt.Sprintf("killed %d", i/4), 1000+i
		arguments := fmt.Sprintf(`{"name": %q, "type": "tcp", "host": "a.example.com", "port": %d, "base_url": %q, "token": %q}`, name, port, server.URL, server.Token)
		run := func() *exec.Cmd {
			command := exec.Command(program, "module", "acsmon_monitor")
			command.Stdin = strings.NewReader(arguments)
			return command
		}
		doomed := run()
		if err := doomed.Start(); err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(time.Duration(random.IntN(30))*time.Millisecond, func() { _ = doomed.Process.Kill() })
		if doomed.Wait() != nil {
			midway++
		}
		out, err := run().Output()
		var result row
		if err != nil || json.Unmarshal(out, &result) != nil {
			t.Fatalf("kill %d: the next run failed: %v\n%s", i, err, out)
		}
		found := 0
		for _, monitor := range server.Rows("monitors") {
			if monitor["name"] == name {
				found++
				if monitor["port"] != port {
					t.Errorf("kill %d: the port is %v, want %d", i, monitor["port"], port)
				}
			}
		}
		if found != 1 {
			t.Fatalf("kill %d: there are %d monitors named %q, want one", i, found, name)
		}
	}
	t.Logf("%d of %d processes were killed before they ended", midway, kills)
	if midway == 0 {
		t.Error("no process was killed midway: this tested nothing")
	}
}
