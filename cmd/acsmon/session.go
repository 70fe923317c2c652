// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/settings"
	"github.com/acsmon/acsmon-ansible/internal/untrusted"
)

// login asks for what the environment does not give, and keeps a token.
func login(ctx context.Context, args []string, stdin *os.File, stdout, stderr io.Writer) error {
	baseURL := os.Getenv("ACSMON_BASE_URL")
	switch {
	case len(args) > 1:
		return errors.New("login takes one argument, the address of the web interface")
	case len(args) == 1:
		baseURL = args[0]
	case baseURL == "":
		return errors.New("there is no base URL\nhint: acsmon login https://monitoring.example.com")
	}
	origin, err := acsmon.Origin(baseURL)
	if err != nil {
		return err
	}
	if warning := settings.PlainHTTP(origin); warning != "" {
		fmt.Fprintf(stderr, "acsmon: %s\n", warning)
	}
	email, password, err := askCredentials(stdin, stderr)
	if err != nil {
		return err
	}
	user, err := settings.Login(ctx, baseURL, email, password, os.LookupEnv)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "logged in at %s as %s\n", baseURL, printable(user.Name))
	return err
}

func askCredentials(stdin *os.File, stderr io.Writer) (string, acsmon.Secret, error) {
	lines := bufio.NewReader(stdin)
	email := os.Getenv("ACSMON_EMAIL")
	if email == "" {
		fmt.Fprint(stderr, "E-mail: ")
		line, err := lines.ReadString('\n')
		if err != nil && line == "" {
			return "", "", errors.New("no e-mail address was given")
		}
		email = strings.TrimSpace(line)
	}
	if password := os.Getenv("ACSMON_PASSWORD"); password != "" {
		return email, acsmon.Secret(password), nil
	}
	fmt.Fprint(stderr, "Password: ")
	if !term.IsTerminal(int(stdin.Fd())) {
		line, err := lines.ReadString('\n')
		if err != nil && line == "" {
			return "", "", errors.New("no password was given")
		}
		return email, acsmon.Secret(strings.TrimRight(line, "\r\n")), nil
	}
	password, err := term.ReadPassword(int(stdin.Fd()))
	fmt.Fprintln(stderr)
	return email, acsmon.Secret(password), err
}

func logout(ctx context.Context, stdout io.Writer) error {
	servers, err := settings.Logout(ctx, os.LookupEnv)
	for _, server := range servers {
		fmt.Fprintf(stdout, "logged out at %s\n", server)
	}
	if len(servers) == 0 && err == nil {
		fmt.Fprintln(stdout, "there was no kept token")
	}
	return err
}

// connect makes a client of the environment or the kept token, and limits what it may
// wait for in all. What there is to say of them goes to stderr.
func connect(ctx context.Context, secrets *untrusted.Secrets, stderr io.Writer) (*acsmon.Client, context.Context, error) {
	connection, err := settings.Resolve(settings.CommandLine, nil, os.LookupEnv, secrets)
	if err != nil {
		return nil, ctx, err
	}
	for _, warning := range connection.Warnings {
		fmt.Fprintf(stderr, "acsmon: %s\n", untrusted.Visible(warning))
	}
	client, err := connection.Client()
	return client, acsmon.WithWaitBudget(ctx, connection.MaxWait), err
}

// whoami shows whose token is used and what it may do.
func whoami(ctx context.Context, stdout, stderr io.Writer) error {
	secrets := &untrusted.Secrets{}
	client, ctx, err := connect(ctx, secrets, stderr)
	if err != nil {
		return err
	}
	me, err := client.Me(ctx)
	if err != nil {
		return err
	}
	printable := func(text string) string { return printable(secrets.Redact(text)) }
	fmt.Fprintf(stdout, "server       %s\n", client.Origin())
	fmt.Fprintf(stdout, "user         %s <%s>\n", printable(me.Name), printable(me.Email))
	fmt.Fprintf(stdout, "roles        %s\n", printable(strings.Join(me.Roles, ", ")))
	fmt.Fprintf(stdout, "permissions  %s\n", printable(strings.Join(me.Permissions, ", ")))
	if limit := client.Limit(); limit.PerMinute > 0 {
		fmt.Fprintf(stdout, "rate limit   %d requests a minute, %d left\n", limit.PerMinute, limit.Remaining)
	}
	return nil
}

// printable makes a server's text fit for a terminal.
func printable(text string) string {
	return untrusted.Visible(cmp.Or(text, "-"))
}
