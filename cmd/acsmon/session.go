// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/command"
	"github.com/acsmon/acsmon-ansible/internal/settings"
	"github.com/acsmon/acsmon-ansible/internal/untrusted"
)

var loginCommand = &command.Command{
	Name: "login", Args: "[URL]",
	Short: "log in and keep a token for this server",
	Long: `Asks for the e-mail address and the password if the environment does not set them. The token
is kept in ~/.config/acsmon/token, which only the current user can read. The password is
not kept.`,
	Environment: settings.LoginVariables(),
	Prepare:     command.Do(login),
}

var logoutCommand = &command.Command{
	Name:  "logout",
	Short: "revoke and forget the kept tokens",
	Long: `That is the token of acsmon login, and those that tasks have made from an e-mail address and
a password.`,
	Environment: settings.LoginVariables(),
	Prepare:     command.Do(logout),
}

var whoamiCommand = &command.Command{
	Name:        "whoami",
	Short:       "show whose token is used, and what it may do",
	Environment: settings.Variables(),
	Prepare:     command.Do(whoami),
}

func login(ctx context.Context, call command.Call) error {
	baseURL, _ := call.Lookup("ACSMON_BASE_URL")
	if len(call.Args) == 1 {
		baseURL = call.Args[0]
	}
	if baseURL == "" {
		return command.Hint(errors.New("there is no base URL"), "acsmon login https://monitoring.example.com")
	}
	origin, err := acsmon.Origin(baseURL)
	if err != nil {
		return err
	}
	if warning := settings.Unprotected(settings.CommandLine, origin, nil, os.LookupEnv); warning != "" {
		call.Complain(warning)
	}
	email, password, err := askCredentials(ctx, call)
	if err != nil {
		return err
	}
	user, err := settings.Login(ctx, baseURL, email, password, call.Lookup)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(call.Stdout, "logged in at %s as %s\n", baseURL, printable(user.Name))
	return err
}

func askCredentials(ctx context.Context, call command.Call) (string, acsmon.Secret, error) {
	lines := bufio.NewReader(call.Stdin)
	email, _ := call.Lookup("ACSMON_EMAIL")
	if email == "" {
		fmt.Fprint(call.Stderr, "E-mail: ")
		line, err := lines.ReadString('\n')
		if ctx.Err() != nil {
			return "", "", errStopped
		}
		if err != nil && line == "" {
			return "", "", errors.New("no e-mail address was given")
		}
		email = strings.TrimSpace(line)
	}
	if password, _ := call.Lookup("ACSMON_PASSWORD"); password != "" {
		return email, acsmon.Secret(password), nil
	}
	fmt.Fprint(call.Stderr, "Password: ")
	if !call.Terminal() {
		line, err := lines.ReadString('\n')
		if ctx.Err() != nil {
			return "", "", errStopped
		}
		if err != nil && line == "" {
			return "", "", errors.New("no password was given")
		}
		return email, acsmon.Secret(strings.TrimRight(line, "\r\n")), nil
	}
	password, err := call.ReadPassword(ctx)
	fmt.Fprintln(call.Stderr)
	if ctx.Err() != nil {
		return "", "", errStopped
	}
	return email, acsmon.Secret(password), err
}

// errStopped says that a signal ended a login at its prompts.
var errStopped = errors.New("the login was stopped: nothing was sent")

func logout(ctx context.Context, call command.Call) error {
	servers, err := settings.Logout(ctx, call.Lookup)
	for _, server := range servers {
		fmt.Fprintf(call.Stdout, "logged out at %s\n", server)
	}
	if len(servers) == 0 && err == nil {
		fmt.Fprintln(call.Stdout, "there was no kept token")
	}
	return err
}

// connect makes a client from the environment or the kept token, and limits how long it may wait in
// total. Warnings go to stderr.
func connect(ctx context.Context, call command.Call, secrets *untrusted.Secrets) (*acsmon.Client, context.Context, error) {
	connection, err := settings.Resolve(settings.CommandLine, nil, call.Lookup, secrets)
	if err != nil {
		return nil, ctx, err
	}
	connection.OnWarning = func(format string, a ...any) { call.Complain(connection.Redact(fmt.Sprintf(format, a...))) }
	for _, warning := range connection.Warnings {
		call.Complain(warning)
	}
	client, err := connection.Client()
	return client, acsmon.WithWaitBudget(ctx, connection.MaxWait), err
}

func whoami(ctx context.Context, call command.Call) error {
	secrets := &untrusted.Secrets{}
	client, ctx, err := connect(ctx, call, secrets)
	if err != nil {
		return err
	}
	me, err := client.Me(ctx)
	if err != nil {
		return err
	}
	printable := func(text string) string { return printable(secrets.Redact(text)) }
	fmt.Fprintf(call.Stdout, "server       %s\n", client.Origin())
	fmt.Fprintf(call.Stdout, "user         %s <%s>\n", printable(me.Name), printable(me.Email))
	fmt.Fprintf(call.Stdout, "roles        %s\n", printable(strings.Join(me.Roles, ", ")))
	fmt.Fprintf(call.Stdout, "permissions  %s\n", printable(strings.Join(me.Permissions, ", ")))
	if groups := me.ScopedTo(); groups > 0 {
		fmt.Fprintf(call.Stdout, "scope        restricted to the devices of %d groups: all others look absent\n", groups)
	}
	if limit := client.Limit(); limit.PerMinute > 0 {
		fmt.Fprintf(call.Stdout, "rate limit   %d requests a minute, %d left\n", limit.PerMinute, limit.Remaining)
	}
	return nil
}

// printable makes a server's text fit for a terminal.
func printable(text string) string {
	return untrusted.Visible(cmp.Or(text, "-"))
}
