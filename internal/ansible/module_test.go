// SPDX-License-Identifier: GPL-3.0-or-later

package ansible

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"
)

var update = flag.Bool("update", false, "write the results of this run to testdata/results")

// gadgetSpec is the specification of the gadget, whose documentation is in
// internal/specs/docs/testdata.
func gadgetSpec(t testing.TB) *Spec {
	t.Helper()
	text, err := os.ReadFile("testdata/gadget.json")
	if err != nil {
		t.Fatal(err)
	}
	spec, err := DecodeSpec(text)
	if err != nil {
		t.Fatal(err)
	}
	return spec
}

// gadget is a module with every kind of option; run is its work.
func gadget(t testing.TB, run func(ctx context.Context, t *Task) (Result, error)) Module {
	return Module{
		Name: "gadget",
		Spec: func() (*Spec, error) { return gadgetSpec(t), nil },
		Rules: Rules{
			NoLog:   []string{"token"},
			Options: map[string]Rules{"parts": {NoLog: []string{"secret"}}},
		},
		Run: run,
	}
}

// refusal is an error with data, as an API's client has it.
type refusal struct{ status int }

func (r *refusal) Error() string           { return fmt.Sprintf("the server refused it (%d)", r.status) }
func (r *refusal) Failure() map[string]any { return map[string]any{"status": r.status} }

// A moduleRun is one run of the gadget module. Its one line of output is kept in testdata/results,
// in a file of the run's name.
type moduleRun struct {
	name, arguments string
	run             func(ctx context.Context, t *Task) (Result, error)
	status          int
}

func nothing(context.Context, *Task) (Result, error) { return nil, nil }

// runsThatReturn are runs in which the module comes to a result or to an error.
var runsThatReturn = []moduleRun{
	{"nothing to do", `{"name": "a"}`, nothing, 0},
	{"under ANSIBLE_MODULE_ARGS", `{"ANSIBLE_MODULE_ARGS": {"name": "a", "_ansible_check_mode": true}, "name": "b"}`,
		func(_ context.Context, t *Task) (Result, error) { return Result{"check": t.CheckMode}, nil }, 0},
	{"changed", `{"title": "a", "port": "8080", "parts": [{"kind": "wheel", "count": "4"}]}`,
		func(_ context.Context, t *Task) (Result, error) {
			return Result{"changed": true, "gadget": map[string]any{"name": t.Arg("name"), "port": t.Arg("port")}}, nil
		}, 0},
	{"warnings", `{"name": "a", "label": "b"}`,
		func(_ context.Context, t *Task) (Result, error) {
			t.Warnf("%s is \x1b[31mred\x1b[0m", t.Arg("name"))
			return nil, nil
		}, 0},
	{"failed", `{"name": "a"}`, func(context.Context, *Task) (Result, error) { return nil, errors.New("no such gadget") }, 1},
	{"failed half way", `{"name": "a"}`,
		func(context.Context, *Task) (Result, error) {
			return Result{"changed": true, "made": []string{"a"}, "failed": false, "msg": "fine"},
				fmt.Errorf("making b: %w", &refusal{422})
		}, 1},
	{"reserved keys", `{"name": "a"}`,
		func(context.Context, *Task) (Result, error) {
			return Result{"failed": true, "warnings": "x", "invocation": "y", "msg": "kept"}, nil
		}, 0},
	{"a fault of its own", `{"name": "a", "token": "hunter2"}`,
		func(_ context.Context, t *Task) (Result, error) { panic("index of " + t.Arg("token").(string)) }, 1},
	{"an undocumented option", `{"name": "a"}`,
		func(_ context.Context, t *Task) (Result, error) { return Result{"x": t.Arg("nmae")}, nil }, 1},
	{"no JSON", `{"name": "a"}`,
		func(context.Context, *Task) (Result, error) { return Result{"changed": true, "x": math.Inf(1)}, nil }, 1},
	{"hostile data", `{"name": "a"}`,
		func(context.Context, *Task) (Result, error) {
			return Result{
				"escape\x1b]": "\x1b]0;pwned\x07", "c1": "\u009b31m", "bidi": "a\u202eb\u2066c", "kept": "line\nnext\ttab \u00e9 \u05d0 👨‍👩‍👧",
				"cr": "a\rb\r\nc", "del": "\x7f", "separator": "a\u2028b", "utf8": "a\xffb", "html": "<a & b>",
				"nested": []any{map[string]any{"__ansible_type": 1, "___ansible_type": 2, "__ansible_unsafe": "{{ x }}"}},
			}, errors.New("the server said \x1b[2J\u202e and \xff")
		}, 1},
	{"numbers", `{"name": "a", "extra": {"big": 123456789012345678901, "exact": 9007199254740993, "half": 0.5}}`,
		func(_ context.Context, t *Task) (Result, error) { return Result{"extra": t.Arg("extra")}, nil }, 0},
	{"unwrapped", `{"name": {"__ansible_unsafe": "{{ x }}"}, "extra": {"deep": [{"__ansible_unsafe": "y"}]}}`,
		func(_ context.Context, t *Task) (Result, error) {
			return Result{"n": t.Arg("name"), "e": t.Arg("extra")}, nil
		}, 0},
}

// runsWithSecrets are runs whose result or error must not show what the task keeps secret.
var runsWithSecrets = []moduleRun{
	{"secrets", `{"name": "a", "token": "hunter2/+", "parts": [{"kind": "spring", "secret": "s3cret"}], "_acsmon_environment": {"T": "fromenv"}}`,
		func(_ context.Context, t *Task) (Result, error) {
			t.Secrets.Add("later")
			return Result{
				"whole": "hunter2/+", "inside": "Bearer hunter2/+, twice hunter2/+", "url": "https://x/?t=hunter2%2F%2B&u=s3cret",
				"base64": "aHVudGVyMi8r", "list": []any{"s3cret", map[string]any{"later on": "fromenv"}},
				"gadget": map[string]any{"name": "x-hunter2/+"},
			}, errors.New("token hunter2/+ is refused")
		}, 1},
	{"short secrets", `{"name": "a", "token": "up"}`,
		func(context.Context, *Task) (Result, error) {
			return Result{"text": "update", "whole": "up", "up": 1, "token": "up"}, nil
		}, 0},
	{"a secret that is a documented name", `{"name": "a", "token": "name"}`,
		func(context.Context, *Task) (Result, error) {
			return Result{"gadget": map[string]any{"name": "a", "rename": 1}}, nil
		}, 0},
	{"secrets that overlap", `{"name": "a", "token": "abcdef"}`,
		func(_ context.Context, t *Task) (Result, error) {
			t.Secrets.Add("defghi", "")
			return Result{"text": "-abcdefghi-abcdef-defghi-"}, nil
		}, 0},
	{"a secret number", `{"name": "a", "token": 12345}`,
		func(context.Context, *Task) (Result, error) { return Result{"n": 12345, "m": 912345, "small": 12}, nil }, 0},
	{"a secret in a fault", `{"name": "a", "token": ["hunter2"], "parts": [{"kind": "wheel", "secret": {"a": "s3cret"}}]}`, nothing, 1},
}

// refusedRuns are runs whose arguments are refused before the module does anything.
var refusedRuns = []moduleRun{
	{"an unknown option", `{"name": "a", "prot": 80}`, nothing, 1},
	{"unknown options", `{"name": "a", "colour": "red", "Ports": 80, "parts": [{"kind": "wheel", "amount": 1}]}`, nothing, 1},
	{"nothing given", `{}`, nothing, 1},
	{"several faults", `{"port": "x", "state": "Present", "parts": [{"count": 1.5}], "tls": [1]}`, nothing, 1},
	{"a long value in a fault", `{"name": "a", "port": "` + strings.Repeat("9x", 100) + `"}`, nothing, 1},
	{"a vault", `{"name": {"__ansible_vault": "$ANSIBLE_VAULT;1.1;AES256\n3031"}}`, nothing, 1},
	{"a vault as text", `{"name": "a", "extra": {"deep": ["$ANSIBLE_VAULT;1.1;AES256\n3031"]}}`, nothing, 1},
	{"not JSON", `{"name": hunter2}`, nothing, 1},
	{"an early end", `{"name": "hun`, nothing, 1},
	{"more than one value", `{} {}`, nothing, 1},
	{"no object", `["a"]`, nothing, 1},
	{"no object inside", `{"ANSIBLE_MODULE_ARGS": 7}`, nothing, 1},
	{"empty", " \n", nothing, 1},
	{"an unreadable check mode", `{"name": "a", "_ansible_check_mode": "perhaps"}`, nothing, 1},
	{"an unreadable environment", `{"name": "a", "_acsmon_environment": {"T": ["hunter2"]}}`, nothing, 1},
}

// TestResults compares the output of each run with its golden file; -update writes it there.
func TestResults(t *testing.T) {
	for _, test := range slices.Concat(runsThatReturn, runsWithSecrets, refusedRuns) {
		t.Run(test.name, func(t *testing.T) {
			var out bytes.Buffer
			status := gadget(t, test.run).Main(t.Context(), strings.NewReader(test.arguments), &out)
			if status != test.status {
				t.Errorf("the exit status is %d, want %d", status, test.status)
			}
			golden := filepath.Join("testdata", "results", strings.ReplaceAll(test.name, " ", "_")+".json")
			if *update {
				if err := os.WriteFile(golden, out.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if out.String() != string(want) {
				t.Errorf("the module printed\n%swant\n%s", out.String(), want)
			}
		})
	}
}

func TestTask(t *testing.T) {
	t.Setenv("GADGET_A", "process")
	t.Setenv("GADGET_B", "process")
	run := func(_ context.Context, task *Task) (Result, error) {
		for name, want := range map[string]bool{"name": true, "port": false, "state": false, "token": false, "tags": true, "extra": false} {
			if got := task.Given(name); got != want {
				t.Errorf("Given(%q) = %v, want %v", name, got, want)
			}
		}
		for name, want := range map[string]string{"GADGET_A": "task", "GADGET_B": "process", "GADGET_C": ""} {
			if got, ok := task.Lookup(name); got != want || ok != (want != "") {
				t.Errorf("Lookup(%q) = %q, %v, want %q", name, got, ok, want)
			}
		}
		if !task.CheckMode || !task.DiffMode || task.Verbosity != 3 {
			t.Errorf("got %+v", task)
		}
		if given := task.GivenValues(); len(given) != 2 || given["name"] != "a" || given["tags"] == nil {
			t.Errorf("GivenValues() = %v, want name and tags", given)
		}
		return nil, nil
	}
	arguments := `{"label": "a", "token": null, "tags": [], "_ansible_check_mode": true, "_ansible_diff": "yes", "_ansible_no_log": 1,
		"_ansible_verbosity": 3, "_ansible_version": "2.19.1", "_ansible_tmpdir": "/x", "_acsmon_module": "gadget",
		"_acsmon_environment": {"GADGET_A": "task"}}`
	var out bytes.Buffer
	if status := gadget(t, run).Main(t.Context(), strings.NewReader(arguments), &out); status != 0 {
		t.Error(out.String())
	}
}

type gadgetConnection struct {
	BaseURL *string `ansible:"base_url"`
}

type gadgetPart struct {
	Kind   string  `ansible:"kind"`
	Count  int     `ansible:"count"`
	Secret *string `ansible:"secret"`
	Limits *struct {
		Low *int `ansible:"low"`
	} `ansible:"limits"`
}

type gadgetOptions struct {
	gadgetConnection `ansible:",squash"`
	Name             string         `ansible:"name"`
	Port             *int           `ansible:"port"`
	TLS              bool           `ansible:"tls"`
	Timeout          float64        `ansible:"timeout"`
	Tags             []string       `ansible:"tags"`
	Token            *string        `ansible:"token"`
	Parts            []gadgetPart   `ansible:"parts"`
	Extra            map[string]any `ansible:"extra"`
}

func TestDecode(t *testing.T) {
	spec := gadgetSpec(t)
	for _, test := range []struct {
		arguments string
		check     func(o gadgetOptions) bool
	}{
		{`{"name": "a"}`, func(o gadgetOptions) bool {
			return o.Name == "a" && *o.Port == 80 && o.TLS && o.Timeout == 2.5 && o.Tags != nil && len(o.Tags) == 0 &&
				o.Token == nil && o.Extra == nil && o.BaseURL == nil
		}},
		{`{"name": "a", "extra": {}, "base_url": "", "tags": "x,y", "token": 7}`, func(o gadgetOptions) bool {
			return o.Extra != nil && *o.BaseURL == "" && strings.Join(o.Tags, "+") == "x+y" && *o.Token == "7"
		}},
		{`{"name": "a", "parts": [{"kind": "wheel", "limits": {"low": "3"}}, {"kind": "spring", "secret": "s"}]}`, func(o gadgetOptions) bool {
			return o.Parts[0].Count == 1 && *o.Parts[0].Limits.Low == 3 && o.Parts[1].Limits == nil && *o.Parts[1].Secret == "s"
		}},
		{`{"name": "a", "extra": {"x": null, "n": 9007199254740993}}`, func(o gadgetOptions) bool {
			x, there := o.Extra["x"]
			return there && x == nil && o.Extra["n"] == int64(9007199254740993)
		}},
	} {
		arguments, err := spec.Validate(decodePlain(t, test.arguments).(map[string]any), Rules{}, "gadget")
		if err != nil {
			t.Fatal(err)
		}
		var o gadgetOptions
		if err := arguments.Decode(&o); err != nil || !test.check(o) {
			t.Errorf("%s is decoded to %+v, %v", test.arguments, o, err)
		}
	}
}

func TestDecodeRefusesATagThatNamesNoOption(t *testing.T) {
	arguments, err := gadgetSpec(t).Validate(map[string]any{"name": "a"}, Rules{}, "gadget")
	if err != nil {
		t.Fatal(err)
	}
	var wrong struct {
		Nmae string `ansible:"nmae"`
	}
	if err := arguments.Decode(&wrong); err == nil || !strings.Contains(err.Error(), "nmae") {
		t.Errorf("the error is %v, want one that names nmae", err)
	}
}

func TestRulesNameDocumentedOptions(t *testing.T) {
	spec := gadgetSpec(t)
	for name, rules := range map[string]Rules{
		"tokn":         {NoLog: []string{"tokn"}},
		"a":            {MutuallyExclusive: [][]string{{"name", "a"}}},
		"b":            {RequiredTogether: [][]string{{"b", "name"}}},
		"c":            {RequiredOneOf: [][]string{{"c"}}},
		"d":            {RequiredBy: map[string][]string{"d": {"name"}}},
		"e":            {RequiredBy: map[string][]string{"name": {"e"}}},
		"f":            {RequiredIf: []RequiredIf{{Option: "f", Value: "x"}}},
		"g":            {RequiredIf: []RequiredIf{{Option: "name", Value: "x", Required: []string{"g"}}}},
		"h":            {Options: map[string]Rules{"h": {}}},
		"parts.secrte": {Options: map[string]Rules{"parts": {NoLog: []string{"secrte"}}}},
	} {
		_, err := spec.Validate(map[string]any{"name": "a"}, rules, "gadget")
		want := "gadget: a rule names the option " + name + ", which is not documented"
		if err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestTracebackOnlyWhenAskedFor(t *testing.T) {
	for verbosity, want := range map[int]bool{0: false, 2: false, 3: true} {
		result := runGadget(t, fmt.Sprintf(`{"name": "a", "_ansible_verbosity": %d}`, verbosity),
			func(context.Context, *Task) (Result, error) { panic("x") })
		if _, got := result["exception"]; got != want {
			t.Errorf("verbosity %d: exception there: %v, want %v", verbosity, got, want)
		}
	}
}

func TestSignalsCancel(t *testing.T) {
	for _, sent := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		result := runGadget(t, `{"name": "a"}`, func(ctx context.Context, _ *Task) (Result, error) {
			if err := syscall.Kill(os.Getpid(), sent); err != nil {
				t.Fatal(err)
			}
			<-ctx.Done()
			return Result{"changed": true}, fmt.Errorf("waiting: %w", ctx.Err())
		})
		want := fmt.Sprintf("gadget was stopped before it was done (%s signal received): waiting: context canceled", sent)
		if result["changed"] != true || result["failed"] != true || result["msg"] != want {
			t.Errorf("got %v, want %q", result, want)
		}
	}
}

func TestDispatch(t *testing.T) {
	run := func(context.Context, *Task) (Result, error) { return Result{"ran": "gadget"}, nil }
	for name, want := range map[string]string{
		`"gadget"`:                 `"ran":"gadget"`,
		`"example.gadgets.gadget"`: `"ran":"gadget"`,
		`"gadgte"`:                 `there is no module \"gadgte\": did you mean gadget?`,
		`"else"`:                   `there is no module \"else\": there are gadget`,
		`null`:                     `there is no module \"\": there are gadget`,
	} {
		var out bytes.Buffer
		status := Dispatch(t.Context(), []Module{gadget(t, run)}, strings.NewReader(`{"name": "a", "_acsmon_module": `+name+`}`), &out)
		if !strings.Contains(out.String(), want) || (status == 0) != strings.Contains(want, "ran") {
			t.Errorf("%s: status %d, got %s", name, status, out.String())
		}
	}
}

func TestArgumentsThatCannotBeRead(t *testing.T) {
	for want, arguments := range map[string]io.Reader{
		"gadget: the arguments cannot be read: timeout":                                      iotest.ErrReader(iotest.ErrTimeout),
		"gadget: the arguments are longer than 64 MiB: split the task":                       io.LimitReader(zeros{}, maxArguments+2),
		"gadget: the arguments are not valid JSON: invalid character '[' exceeded max depth": strings.NewReader(strings.Repeat("[", 20_000)),
		"gadget: the arguments are not a JSON object: give one, at least {}":                 strings.NewReader("null"),
		"gadget: the arguments are not valid JSON: invalid character 'N' loo":                strings.NewReader(`{"a": NaN}`),
	} {
		var out bytes.Buffer
		if status := gadget(t, nil).Main(t.Context(), arguments, &out); status != 1 || !strings.Contains(out.String(), want) {
			t.Errorf("status %d, got %s, want %s", status, out.String(), want)
		}
	}
}

func TestAnAnswerThatCannotBeWritten(t *testing.T) {
	run := func(context.Context, *Task) (Result, error) { return nil, nil }
	if status := gadget(t, run).Main(t.Context(), strings.NewReader(`{"name": "a"}`), failingWriter{}); status != 1 {
		t.Errorf("exit status %d, want 1", status)
	}
}

type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, errors.New("no space left") }

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func runGadget(t *testing.T, arguments string, run func(ctx context.Context, t *Task) (Result, error)) (result map[string]any) {
	t.Helper()
	var out bytes.Buffer
	gadget(t, run).Main(t.Context(), strings.NewReader(arguments), &out)
	if err := json.Unmarshal(out.Bytes(), &result); err != nil {
		t.Fatalf("%s: %v", out.String(), err)
	}
	return result
}
