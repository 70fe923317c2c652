// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"fmt"
	"log"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// rounds is how often two commands are run in turns for a comparison.
const rounds = 7

// ratios prints how commands compare that are run in turns, so that other work on the machine slows
// both of them. old is the version of another commit; nil: there is none.
func (b *bench) ratios(old *bench) {
	fmt.Printf("\n## Ratios\n\nMedians of %d runs in turns: of CPU time with 10,000 devices and answers from the cache, and of wall time with 1,000 devices at 50 ms.\n"+
		"\n| what | s | compared with | s | ratio |\n|---|---|---|---|---|\n", rounds)
	server := acsmontest.New(acsmontest.Options{Seed: 1, Devices: 10000})
	if err := server.Listen(""); err != nil {
		log.Fatal(err)
	}
	defer server.Close()
	b.use(server, "ratios")
	b.writeFloor()
	doors := []struct {
		what    string
		command func(*bench, string) *exec.Cmd
	}{
		{"`ansible all --list-hosts`", func(b *bench, source string) *exec.Cmd {
			return b.command(filepath.Join(b.core, "bin", "ansible"), "-i", source, "all", "--list-hosts")
		}},
		{"`ansible-inventory --list`", func(b *bench, source string) *exec.Cmd {
			return b.command(filepath.Join(b.core, "bin", "ansible-inventory"), "-i", source, "--list")
		}},
	}
	for _, door := range doors {
		compare(door.what+": plugin", "the floor", cpuTime,
			func() *exec.Cmd { return door.command(b, "acsmon.yml") }, func() *exec.Cmd { return door.command(b, "floor.json") })
		if old == nil {
			continue
		}
		old.use(server, "ratios")
		for _, source := range []string{"acsmon.yml", "acsmon"} {
			compare(door.what+": "+source, "the commit before", cpuTime,
				func() *exec.Cmd { return door.command(b, source) }, func() *exec.Cmd { return door.command(old, source) })
		}
	}
	for _, pages := range []int{100, 200} {
		b.compareWithRecipe(pages)
	}
}

// compareWithRecipe compares a fresh inventory with that of the Python recipe, on a server whose
// pages have so many rows.
func (b *bench) compareWithRecipe(pages int) {
	server := acsmontest.New(acsmontest.Options{
		Seed: 1, Devices: 1000, Latency: 50 * time.Millisecond, Alternatives: acsmontest.Alternatives{PerPageCap: pages},
	})
	if err := server.Listen(""); err != nil {
		log.Fatal(err)
	}
	defer server.Close()
	b.use(server, fmt.Sprint("recipe", pages))
	compare("the Python recipe", fmt.Sprintf("`acsmon --list` with pages of %d", pages), wallTime,
		func() *exec.Cmd { return b.command("./recipe", "--list") }, func() *exec.Cmd { return b.command("fresh/acsmon", "--list") })
}

func cpuTime(c *exec.Cmd) time.Duration {
	if err := c.Run(); err != nil {
		log.Fatalf("%v: %v", c.Args, err)
	}
	return c.ProcessState.UserTime() + c.ProcessState.SystemTime()
}

func wallTime(c *exec.Cmd) time.Duration {
	start := time.Now()
	if err := c.Run(); err != nil {
		log.Fatalf("%v: %v", c.Args, err)
	}
	return time.Since(start)
}

// compare runs two commands in turns and prints the medians and their ratio.
func compare(what, with string, measured func(*exec.Cmd) time.Duration, one, other func() *exec.Cmd) {
	var ones, others []time.Duration
	for range rounds {
		ones, others = append(ones, measured(one())), append(others, measured(other()))
	}
	slices.Sort(ones)
	slices.Sort(others)
	a, b := ones[rounds/2].Seconds(), others[rounds/2].Seconds()
	fmt.Printf("| %s | %.2f | %s | %.2f | %.2f |\n", what, a, with, b, a/b)
}
