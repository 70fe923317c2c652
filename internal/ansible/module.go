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

// Module is one module: its documentation, what that cannot say, and its work.
type Module struct {
	Name  string
	Spec  func() (*Spec, error) // called once a run
	Rules Rules

	// Run does the work. A Result beside an error tells what was done before the error, "changed" included; an error
	// that is (or wraps) a [Failure] adds data to its message.
	Run func(ctx context.Context, t *Task) (Result, error)
}

// Result is what a module answers: "changed" (false where it is missing) and the module's own keys; anything that
// encoding/json can encode. The keys "failed", "warnings" and "invocation", and after an error "msg" and "failure", are this package's.
type Result map[string]any

// Failure is an error with data for users who act on failures: it becomes the result's key "failure".
type Failure interface {
	error
	Failure() map[string]any
}

// Task is one run of a module: its validated arguments, and what Ansible says of the run.
type Task struct {
	*Arguments
	CheckMode bool
	DiffMode  bool
	Verbosity int64

	// Secrets must not be in the result, nor in anything else that leaves. Values of NoLog options and of
	// `_acsmon_environment` are known already.
	Secrets *untrusted.Secrets
	// Of says of which task of which run of Ansible this is one.
	Of RunOf

	environment map[string]string
	listener    *os.File

	mu       sync.Mutex // over what may be added from any goroutine
	warnings []string
}

// RunOf is what the action plugin says of the run. The zero value is a run by itself.
type RunOf struct {
	// Ansible is the process that runs the playbook, as it differs from any other.
	Ansible string
	// Task is the same for every item of a loop and every host of a play, and differs
	// between tasks.
	Task string
	// Repeat is said of a run that `until` repeats.
	Repeat bool
}

// Lookup finds an environment variable: first in the argument `_acsmon_environment`, where the action plugin puts what
// must not be on a command line, then in the process's own environment.
func (t *Task) Lookup(env string) (string, bool) {
	if value, ok := t.environment[env]; ok {
		return value, true
	}
	return os.LookupEnv(env)
}

// Progress tells the action plugin how far the run is, which shows it at once. Without one
// that listens, the line is dropped.
func (t *Task) Progress(line string) {
	if t.listener != nil {
		fmt.Fprintln(t.listener, line)
	}
}

// listener is the file on which the action plugin waits for progress, which the caller
// closes; nil: there is none.
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

// Main runs the module on the JSON object in arguments, writes one JSON object and a newline to stdout, and returns the
// process's exit status: 0, or 1 after a failure. SIGINT and SIGTERM cancel the context of Run; a second one ends the process.
func (m Module) Main(ctx context.Context, arguments io.Reader, stdout io.Writer) int {
	request, err := readRequest(arguments)
	if err != nil {
		return answer(stdout, nil, nil, failed(fmt.Errorf("%s: %w", m.Name, err)))
	}
	return m.serve(ctx, request, stdout)
}

// Dispatch is Main for an executable that has several modules and whose name does not tell which: the argument
// `_acsmon_module` does, with or without its collection.
func Dispatch(ctx context.Context, modules []Module, arguments io.Reader, stdout io.Writer) int {
	request, err := readRequest(arguments)
	if err != nil {
		return answer(stdout, nil, nil, failed(err))
	}
	m, err := Find(modules, request.module)
	if err != nil {
		return answer(stdout, nil, nil, failed(err))
	}
	return m.serve(ctx, request, stdout)
}

// Find returns the module of that name, with or without its collection. The error
// names the near miss, or all that there are.
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
	return answer(stdout, spec, t, result)
}

// perform validates and runs. A panic, here or in Run, becomes a failure.
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

// interrupted says of an error that comes from a cancelled context what cancelled it.
func (m Module) interrupted(ctx context.Context, err error) error {
	if ctx.Err() == nil || !errors.Is(err, context.Canceled) {
		return err
	}
	return fmt.Errorf("%s was stopped before it was done (%v): %w", m.Name, context.Cause(ctx), err)
}

// failed is the result of an error.
func failed(err error) Result {
	result := Result{"failed": true, "msg": err.Error()}
	var failure Failure
	if errors.As(err, &failure) {
		result["failure"] = failure.Failure()
	}
	return result
}

// masked is the arguments as they may be shown, NoLog values replaced as Ansible does.
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

// secretKeys are the names that the option secret_keys gives, where the module has it.
func (t *Task) secretKeys() untrusted.SecretKeys {
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
		// A URL with a password in it is no text in the open.
		if value != untrusted.NoLog && (!strings.Contains(value, "://") || len(untrusted.URLSecrets(value)) == 0) {
			texts = append(texts, value)
		}
	default:
		texts = append(texts, fmt.Sprint(value))
	}
	return texts
}
