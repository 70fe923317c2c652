// SPDX-License-Identifier: GPL-3.0-or-later

package ansible

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/acsmon/acsmon-ansible/internal/exact"
)

// maxArguments limits the size of arguments in bytes. A task that manages ten thousand resources
// has a tenth of it.
const maxArguments = 64 << 20

// request is what Ansible and the action plugin pass to a module.
type request struct {
	module      string            // `_acsmon_module`: which module, if the name of the executable does not say so
	environment map[string]string // `_acsmon_environment`
	run         map[string]string // `_acsmon_run`
	options     map[string]any    // everything that does not belong to the protocol
	checkMode   bool
	diffMode    bool
	verbosity   int64
}

// parseRequest parses one JSON object, bare or under ANSIBLE_MODULE_ARGS.
func parseRequest(from io.Reader) (*request, error) {
	text, err := io.ReadAll(io.LimitReader(from, maxArguments+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("the arguments cannot be read: %w", err)
	case len(text) > maxArguments:
		return nil, fmt.Errorf("the arguments are longer than %d MiB: split the task", maxArguments>>20)
	case len(bytes.TrimSpace(text)) == 0:
		return nil, errors.New("there are no arguments: give a JSON object, at least {}")
	}
	decoded, err := decodeJSON(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("the arguments are not valid JSON: %w", err)
	}
	if err := refuseBrokenText(text); err != nil {
		return nil, err
	}
	object, ok := decoded.(map[string]any)
	if inner, wrapped := object["ANSIBLE_MODULE_ARGS"]; wrapped {
		object, ok = inner.(map[string]any)
	}
	if !ok {
		return nil, errors.New("the arguments are not a JSON object: give one, at least {}")
	}
	return newRequest(object)
}

// decodeJSON parses exactly one value, with its numbers exact.
func decodeJSON(from io.Reader) (any, error) {
	decoder := exact.NewDecoder(from)
	var value any
	if err := decoder.Decode(&value); err != nil {
		if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
			return nil, errors.New("they end too early")
		}
		return nil, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the first value")
	}
	return value, nil
}

func newRequest(object map[string]any) (*request, error) {
	r := &request{options: map[string]any{}}
	for name, value := range object {
		var err error
		switch {
		case name == "_ansible_check_mode":
			r.checkMode, err = as[bool]("bool", value)
		case name == "_ansible_diff":
			r.diffMode, err = as[bool]("bool", value)
		case name == "_ansible_verbosity":
			r.verbosity, err = as[int64]("int", value)
		case name == "_acsmon_module":
			r.module, err = as[string]("str", value)
		case name == "_acsmon_environment":
			r.environment, err = asStrings(value)
		case name == "_acsmon_run":
			r.run, err = asStrings(value)
		case !strings.HasPrefix(name, "_ansible_"):
			r.options[name] = value
		}
		if err != nil {
			return nil, fmt.Errorf("the argument %s, which Ansible gives, %w", name, err)
		}
	}
	return r, nil
}

// as converts a value to one of Ansible's types, of which T is the Go type; null becomes the zero
// value. It never guesses: a check mode that cannot be parsed must not become a real run.
func as[T any](typ string, value any) (read T, err error) {
	value, err = plain(value)
	if value == nil || err != nil {
		return read, err
	}
	converted, err := convert(typ, value, nil)
	if err != nil {
		return read, err
	}
	return converted.(T), nil
}

// asStrings parses an object of strings. Its errors show no values, because they are secrets.
func asStrings(value any) (map[string]string, error) {
	value, err := plain(value)
	if value == nil || err != nil {
		return nil, err
	}
	object, ok := value.(map[string]any)
	if !ok {
		return nil, errors.New("must be an object of strings")
	}
	strings := make(map[string]string, len(object))
	for name, value := range object {
		text, ok := toString(value)
		if !ok {
			return nil, errors.New("must be an object of strings")
		}
		if value != nil {
			strings[name] = text
		}
	}
	return strings, nil
}
