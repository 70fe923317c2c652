// SPDX-License-Identifier: GPL-3.0-or-later

package settings

import (
	"errors"
	"strings"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// Door is where a user reads a message. It decides on the name by which the message calls a
// setting.
type Door int

const (
	// Task is a task of a playbook. Its settings are options.
	Task Door = iota
	// Inventory is an inventory. Its settings are options of a file, or environment variables.
	Inventory
	// CommandLine is a command. Its settings are environment variables.
	CommandLine
	// Event is a task that pushes an event. Its server is that of the ingest URL.
	Event
)

// setting returns the name by which users of the door know an option.
func (d Door) setting(option string) string {
	switch d {
	case CommandLine:
		return environment[option]
	case Inventory:
		return option + " or " + environment[option]
	}
	return option
}

// given returns the name of an option that was given. On the command line that is a flag.
func (d Door) given(option string) string {
	if d == CommandLine {
		return "--" + strings.ReplaceAll(option, "_", "-")
	}
	return option
}

// settingOr names an option and the variable that can be used instead.
func (d Door) settingOr(option, variable string) string {
	if d == CommandLine {
		return variable
	}
	return option + " or " + variable
}

// again says how to try once more.
func (d Door) again() string {
	if d == Task || d == Event {
		return "run the task again"
	}
	return "run the command again"
}

// Advice says what to do about an error of the client, in the words of the door. It returns "" if
// there is nothing to say.
func (d Door) Advice(err error) string {
	if d == Event {
		return strings.ReplaceAll(d.advice(err), "the base URL", "ingest_url")
	}
	return d.advice(err)
}

func (d Door) advice(err error) string {
	var e *acsmon.Error
	if !errors.As(err, &e) {
		return ""
	}
	switch {
	case e.Reason == acsmon.ReasonForbidden && e.Permission == "":
		return ""
	case !e.RetryAt.IsZero():
		return "do so, or allow a longer wait with " + d.setting("max_wait")
	}
	switch e.Reason {
	case acsmon.ReasonUnknownHost:
		return "check the base URL and the name server"
	case acsmon.ReasonRefused:
		return "check the base URL's port, and whether the server runs"
	case acsmon.ReasonUnreachable:
		return "check the base URL, and whether a firewall or a proxy is in the way"
	case acsmon.ReasonTimeout:
		return "allow the server more time with " + d.setting("timeout")
	case acsmon.ReasonNoTLS:
		return "write http:// in the base URL, or name the port where the server speaks HTTPS"
	case acsmon.ReasonUnknownAuthority:
		return "name its CA with " + d.setting("ca_path")
	case acsmon.ReasonWrongName:
		return "write the name that it is for in the base URL"
	case acsmon.ReasonBadCertificate:
		return "have it replaced, or check this machine's clock"
	case acsmon.ReasonLogin:
		return "check the e-mail address and the password; a user with two-factor authentication needs a token from the web interface's profile page"
	case acsmon.ReasonUnauthorized:
		return "make a new one in the web interface's profile page or with acsmon login"
	case acsmon.ReasonTaken:
		return "use that one, or choose another name; where nothing is found, the token's user may be restricted to some device groups and not see it"
	case acsmon.ReasonForbidden:
		return "grant it in the web interface, or use another token"
	case acsmon.ReasonRedirect:
		return "check the base URL, and whether the server is in maintenance, when it may redirect everything"
	case acsmon.ReasonIngest:
		return "check whether the webhook still exists and is active, and whether ingest_url is its URL"
	case acsmon.ReasonPage:
		return "check the base URL, and whether the server is in maintenance, when it may show a page of its own"
	case acsmon.ReasonTooMuch:
		return "if the install is that large, allow more with ACSMON_MAX_ROWS and ACSMON_MAX_MEGABYTES"
	case acsmon.ReasonListChanged:
		return d.again()
	}
	return ""
}

// Explain returns the error with the door's advice after each sentence of the client in it.
func (d Door) Explain(err error) error {
	text := d.explain(err)
	if err == nil || text == err.Error() {
		return err
	}
	return &explained{error: err, text: text}
}

// explained is an error whose text has the advice of a door.
type explained struct {
	error
	text string
}

func (e *explained) Error() string { return e.text }
func (e *explained) Unwrap() error { return e.error }

// explain adds advice to the text of an error. A sentence of the client may be in the middle of
// another, so the advice is inserted after it.
func (d Door) explain(err error) string {
	if err == nil {
		return ""
	}
	var pairs []string
	for _, e := range clientErrors(err) {
		if advice := d.Advice(e); advice != "" {
			pairs = append(pairs, e.Error(), e.Error()+": "+advice)
		}
	}
	return strings.NewReplacer(pairs...).Replace(err.Error())
}

// clientErrors finds the client's errors in a tree of errors, except those that are already
// explained.
func clientErrors(err error) []*acsmon.Error {
	switch e := err.(type) { //nolint:errorlint // this walks the tree itself
	case *acsmon.Error:
		return []*acsmon.Error{e}
	case *explained:
		return nil
	case interface{ Unwrap() error }:
		return clientErrors(e.Unwrap())
	case interface{ Unwrap() []error }:
		var all []*acsmon.Error
		for _, inner := range e.Unwrap() {
			all = append(all, clientErrors(inner)...)
		}
		return all
	}
	return nil
}
