// SPDX-License-Identifier: GPL-3.0-or-later

package command

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// example has a flag of each type, and tells what it was called with.
func example() *Program {
	greet := &Command{
		Name: "greet", Args: "NAME [GREETING]", Short: "greet somebody",
		Prepare: func(flags *flag.FlagSet) Run {
			loud := flags.Bool("loud", false, "shout")
			times := flags.Int("times", 1, "so many `TIMES`")
			share := flags.Float64("share", 0, "share")
			wait := flags.Duration("wait", 0, "wait")
			return func(_ context.Context, call Call) error {
				_, err := fmt.Fprintln(call.Stdout, call.Args, *loud, *times, *share, *wait)
				return err
			}
		},
	}
	fail := &Command{Name: "fail", Args: "[HOW]", Short: "fail", Prepare: Do(func(_ context.Context, call Call) error {
		switch call.Args[0] {
		case "hint":
			return Hint(errors.New("it\x1b[31m failed"), "try\x07 this")
		case "exit":
			return Exit(7)
		}
		return errors.New("it failed")
	})}
	return &Program{Name: "example", Short: "example is an example.", Commands: []*Command{greet, fail}}
}

func run(p *Program, words ...string) (string, string, int) {
	var out, complaint strings.Builder
	status := p.Run(context.Background(), words, Call{Stdout: &out, Stderr: &complaint})
	return out.String(), complaint.String(), status
}

func TestRun(t *testing.T) {
	usage := "\nhint: example help greet shows the usage\n"
	tests := []struct {
		words          string
		stdout, stderr string
		status         int
	}{
		{words: "greet Ann", stdout: "[Ann] false 1 0 0s\n"},
		{words: "greet --loud Ann -times=2 hello --share 0.5 --wait 5m", stdout: "[Ann hello] true 2 0.5 5m0s\n"},
		{words: "greet --loud=false -- --loud -", stdout: "[--loud -] false 1 0 0s\n"},
		{words: "greet", stderr: "example: greet needs NAME [GREETING]" + usage, status: 2},
		{words: "greet a b c", stderr: `example: "c" was not expected: greet takes NAME [GREETING]` + usage, status: 2},
		{words: "greet a --lout", stderr: "example: greet has no option --lout: did you mean --loud?" + usage, status: 2},
		{words: "greet a --times", stderr: "example: --times needs a value" + usage, status: 2},
		{words: "greet a --times x", stderr: `example: --times is "x": give a whole number` + usage, status: 2},
		{words: "greet a --loud=x", stderr: `example: --loud is "x": give true or false` + usage, status: 2},
		{words: "greet a --share x", stderr: `example: --share is "x": give a number` + usage, status: 2},
		{words: "greet a --wait x", stderr: `example: --wait is "x": give a duration such as 30s or 5m` + usage, status: 2},
		{words: "grete a", stderr: "example: there is no command \"grete\": did you mean greet?\nhint: example help lists the commands\n", status: 2},
		{words: "--loud", stderr: "example: there is no command \"--loud\"\nhint: example help lists the commands\n", status: 2},
		{words: "", stderr: "example: a command is needed\nhint: example help lists the commands\n", status: 2},
		{words: "fail hint", stderr: "example: it\\u001b[31m failed\nhint: try\\u0007 this\n", status: 1},
		{words: "fail exit", status: 7},
		{words: "fail now", stderr: "example: it failed\n", status: 1},
		{words: "version", stdout: "example devel\n"},
		{words: "--version", stdout: "example devel\n"},
	}
	for _, test := range tests {
		stdout, stderr, status := run(example(), strings.Fields(test.words)...)
		if stdout != test.stdout || stderr != test.stderr || status != test.status {
			t.Errorf("%q: status %d, stdout %q, stderr %q\nwant status %d, stdout %q, stderr %q",
				test.words, status, stdout, stderr, test.status, test.stdout, test.stderr)
		}
	}
}

// A program of one command is called without the name of the command, and has help and a version
// all the same.
func TestAProgramOfOneCommand(t *testing.T) {
	p := &Program{Name: "example", Flagged: example().Commands[0]}
	for words, want := range map[string]string{
		"Ann --times 3": "[Ann] false 3 0 0s\n",
		"--version":     "greet devel\n",
	} {
		if stdout, stderr, status := run(p, strings.Fields(words)...); stdout != want || stderr != "" || status != 0 {
			t.Errorf("%q: status %d, %q, %q", words, status, stdout, stderr)
		}
	}
	if stdout, _, status := run(p, "--help"); status != 0 || !strings.HasPrefix(stdout, "Usage: greet [OPTION]... NAME [GREETING]\n") {
		t.Errorf("status %d, %q", status, stdout)
	}
	if _, stderr, status := run(p); status != 2 || !strings.HasSuffix(stderr, "\nhint: greet --help shows the usage\n") {
		t.Errorf("status %d, %q", status, stderr)
	}
}

func TestWrap(t *testing.T) {
	for text, want := range map[string][]string{
		"":                   {""},
		"one two three":      {"one two", "three"},
		"a-very-long-word x": {"a-very-long-word", "x"},
	} {
		if got := wrap(text, 8); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
