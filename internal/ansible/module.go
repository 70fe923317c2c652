// SPDX-License-Identifier: GPL-3.0-or-later

package ansible

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"github.com/acsmon/acsmon-ansible/internal/nearmiss"
	"github.com/acsmon/acsmon-ansible/internal/untrusted"
)

// Module is one module: its documentation, the rules that its documentation cannot express, and its
// work.
type Module struct {
	Name  string
	Spec  func() (*Spec, error) // called once a run
	Rules Rules

	// Run does the work. A Result beside an error says what was done before the error, "changed"
	// included. An error that is (or wraps) a [Failure] adds data to its message.
	Run func(ctx context.Context, t *Task) (Result, error)
}

// Result is what a module returns: "changed" (false if it is missing) and the module's own keys,
// with any values that encoding/json can encode. This package sets "failed", "warnings" and
// "invocation", and after an error "msg" and "failure".
type Result map[string]any

// Failure is an error with data for users who act on failures: the data becomes the key "failure"
// of the result.
type Failure interface {
	error
	Failure() map[string]any
}

// Task is one run of a module: its validated arguments, and what Ansible says about the run.
type Task struct {
	*Arguments
	CheckMode bool
	DiffMode  bool
	Verbosity int64

	// Secrets must not appear in the result or in any other output. It already knows the values of
	// NoLog options and of `_acsmon_environment`.
	Secrets *untrusted.Secrets
	// Of says to which task of which run of Ansible this run belongs.
	Of RunOf

	environment map[string]string
	listener    *os.File
	spec        *Spec

	mu       sync.Mutex // guards what any goroutine may add
	warnings []string
}

// RunOf is what the action plugin says about the run. The zero value is a run that stands alone.
type RunOf struct {
	// Ansible identifies the process that runs the playbook.
	Ansible string
	// Task is the same for every item of a loop and every host of a play, and differs between
	// tasks.
	Task string
	// Repeat says that `until` repeats the task.
	Repeat bool
}

// Lookup finds an environment variable: first in the argument `_acsmon_environment`, where the
// action plugin puts what must not be on a command line, then in the environment of the process.
func (t *Task) Lookup(env string) (string, bool) {
	if value, ok := t.environment[env]; ok {
		return value, true
	}
	return os.LookupEnv(env)
}

// Progress tells the action plugin how far the run is. The action plugin shows the line at once. If
// it does not listen, the line is dropped.
func (t *Task) Progress(line string) {
	if t.listener != nil {
		fmt.Fprintln(t.listener, line)
	}
}

// listener returns the file from which the action plugin reads progress, or nil if there is none.
// The caller closes it.
func listener() *os.File {
	number, err := strconv.Atoi(os.Getenv("ACSMON_PROGRESS_FD"))
	if err != nil || number <= 2 {
		return nil
	}
	return os.NewFile(uintptr(number), "progress")
}

// Warnf adds a warning, one sentence, to the result.
func (t *Task) Warnf(format string, a ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.warnings = append(t.warnings, fmt.Sprintf(format, a...))
}

// Main runs the module on the JSON object in arguments, writes one JSON object and a newline to
// stdout, and returns the exit status of the process: 0, or 1 after a failure. SIGINT and SIGTERM
// cancel the context of Run; a second one ends the process.
func (m Module) Main(ctx context.Context, arguments io.Reader, stdout io.Writer) int {
	request, err := parseRequest(arguments)
	if err != nil {
		return writeResult(stdout, nil, nil, failed(fmt.Errorf("%s: %w", m.Name, err)))
	}
	return m.serve(ctx, request, stdout)
}

// Dispatch is Main for an executable that has several modules and is not named after one. The
// argument `_acsmon_module` names the module, with or without its collection.
func Dispatch(ctx context.Context, modules []Module, arguments io.Reader, stdout io.Writer) int {
	request, err := parseRequest(arguments)
	if err != nil {
		return writeResult(stdout, nil, nil, failed(err))
	}
	m, err := Find(modules, request.module)
	if err != nil {
		return writeResult(stdout, nil, nil, failed(err))
	}
	return m.serve(ctx, request, stdout)
}

// Find returns the module of that name, with or without its collection. The error names the near
// miss, or all modules that there are.
func Find(modules []Module, name string) (Module, error) {
	name = name[strings.LastIndexByte(name, '.')+1:]
	var names []string
	for _, m := range modules {
		if m.Name == name {
			return m, nil
		}
		names = append(names, m.Name)
	}
	if near := nearmiss.Of(name, names); near != "" {
		return Module{}, fmt.Errorf("there is no module %q: did you mean %s?", name, near)
	}
	slices.Sort(names)
	return Module{}, fmt.Errorf("there is no module %q: there are %s", name, strings.Join(names, ", "))
}

func (m Module) serve(ctx context.Context, r *request, stdout io.Writer) int {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)

	t := &Task{
		Arguments: &Arguments{}, CheckMode: r.checkMode, DiffMode: r.diffMode, Verbosity: r.verbosity,
		Of:          RunOf{Ansible: r.run["ansible"], Task: r.run["task"], Repeat: r.run["repeat"] != ""},
		environment: r.environment, Secrets: &untrusted.Secrets{}, listener: listener(),
	}
	defer t.listener.Close()
	t.Secrets.Add(slices.Collect(maps.Values(r.environment))...)
	spec, result := m.perform(ctx, t, r.options)
	return writeResult(stdout, spec, t, result)
}

// perform validates the arguments and runs the module. A panic becomes a failure.
func (m Module) perform(ctx context.Context, t *Task, options map[string]any) (spec *Spec, result Result) {
	defer func() {
		if fault := recover(); fault != nil {
			result = failed(fmt.Errorf("%s met a fault of its own and stopped, please report it: %v", m.Name, fault))
			if t.Verbosity >= 3 {
				result["exception"] = string(debug.Stack())
			}
		}
	}()
	spec, err := m.Spec()
	if err != nil {
		return nil, failed(err)
	}
	t.spec = spec
	t.Arguments, err = spec.validate(options, m.Rules, m.Name, t.Lookup)
	t.Secrets.Add(t.Arguments.secrets...)
	if err != nil {
		return spec, failed(err)
	}
	shown := masked(spec.Options, m.Rules, t.Values)
	inTheOpen := maps.Clone(shown)
	for _, name := range m.Rules.URLs {
		delete(inTheOpen, name)
	}
	t.Secrets.Open(openTexts(inTheOpen)...)
	done, err := m.Run(ctx, t)
	result = Result{}
	maps.Copy(result, done)
	for _, reserved := range []string{"failed", "warnings"} {
		delete(result, reserved)
	}
	if err != nil {
		maps.Copy(result, failed(m.interrupted(ctx, err)))
	}
	result["invocation"] = map[string]any{"module_args": shown}
	return spec, result
}

// interrupted says what cancelled the context, if the error comes from that.
func (m Module) interrupted(ctx context.Context, err error) error {
	if ctx.Err() == nil || !errors.Is(err, context.Canceled) {
		return err
	}
	return fmt.Errorf("%s was stopped before it was done (%v): %w", m.Name, context.Cause(ctx), err)
}

// failed is the result for an error.
func failed(err error) Result {
	result := Result{"failed": true, "msg": err.Error()}
	var failure Failure
	if errors.As(err, &failure) {
		result["failure"] = failure.Failure()
	}
	return result
}

// masked returns the arguments as they may be shown, with NoLog values replaced as Ansible does.
func masked(options map[string]*Option, rules Rules, values map[string]any) map[string]any {
	shown := make(map[string]any, len(values))
	for name, value := range values {
		switch {
		case value != nil && slices.Contains(rules.NoLog, name):
			shown[name] = untrusted.NoLog
		case options[name].Options != nil:
			shown[name] = maskedWithin(options[name].Options, rules.Options[name], value)
		default:
			shown[name] = value
		}
	}
	return shown
}

// maskedWithin masks the suboptions of a mapping, or of each mapping of a list.
func maskedWithin(options map[string]*Option, rules Rules, value any) any {
	switch value := value.(type) {
	case map[string]any:
		return masked(options, rules, value)
	case []any:
		list := make([]any, len(value))
		for i, element := range value {
			list[i] = maskedWithin(options, rules, element)
		}
		return list
	}
	return value
}

// SecretKeys returns the names in the option secret_keys, if the module has it.
func (t *Task) SecretKeys() untrusted.SecretKeys {
	var keys untrusted.SecretKeys
	names, _ := t.Values["secret_keys"].([]any)
	for _, name := range names {
		keys = append(keys, fmt.Sprint(name))
	}
	return keys
}

// openTexts lists the texts and numbers in the arguments that may be shown, keys included.
func openTexts(value any) []string {
	var texts []string
	switch value := value.(type) {
	case nil, bool:
	case map[string]any:
		for key, element := range value {
			texts = append(append(texts, key), openTexts(element)...)
		}
	case []any:
		for _, element := range value {
			texts = append(texts, openTexts(element)...)
		}
	case string:
		// A URL that holds a password may not be shown.
		if value != untrusted.NoLog && (!strings.Contains(value, "://") || len(untrusted.URLSecrets(value)) == 0) {
			texts = append(texts, value)
		}
	default:
		texts = append(texts, fmt.Sprint(value))
	}
	return texts
}
