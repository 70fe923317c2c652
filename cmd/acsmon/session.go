// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"golang.org/x/term"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/ansible"
	"github.com/acsmon/acsmon-ansible/internal/settings"
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
	if _, err := acsmon.Origin(baseURL); err != nil {
		return err
	}
	email, password, err := askCredentials(stdin, stderr)
	if err != nil {
		return err
	}
	user, err := settings.Login(ctx, baseURL, email, password, os.LookupEnv)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "logged in at %s as %s\n", baseURL, printable(person(user)["name"]))
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

// whoami shows whose token is used and what it may do.
func whoami(ctx context.Context, stdout io.Writer) error {
	connection, err := settings.Resolve(nil, os.LookupEnv)
	if err != nil {
		return err
	}
	client, err := connection.Client()
	if err != nil {
		return err
	}
	me, err := client.Me(ctx)
	if err != nil {
		return err
	}
	me = person(me)
	fmt.Fprintf(stdout, "server       %s\n", connection.Origin())
	fmt.Fprintf(stdout, "user         %s <%s>\n", printable(me["name"]), printable(me["email"]))
	fmt.Fprintf(stdout, "roles        %s\n", printable(names(me["roles"])))
	fmt.Fprintf(stdout, "permissions  %s\n", printable(names(me["permissions"])))
	if limit := client.Limit(); limit.PerMinute > 0 {
		fmt.Fprintf(stdout, "rate limit   %d requests a minute, %d left\n", limit.PerMinute, limit.Remaining)
	}
	return nil
}

// person is the answer of /auth/me, in which the user may stand beside roles and
// permissions.
func person(me acsmon.Fields) acsmon.Fields {
	user, ok := me["user"].(map[string]any)
	if !ok {
		return me
	}
	whole := maps.Clone(me)
	maps.Copy(whole, user)
	return whole
}

// names lists what may come as texts or as objects with a name or a slug.
func names(v any) string {
	list, _ := v.([]any)
	var texts []string
	for _, item := range list {
		if object, ok := item.(map[string]any); ok {
			if item = object["slug"]; item == nil {
				item = object["name"]
			}
		}
		texts = append(texts, fmt.Sprint(item))
	}
	slices.Sort(texts)
	return strings.Join(texts, ", ")
}

// printable makes a server's text fit for a terminal.
func printable(v any) string {
	if v == nil {
		return "-"
	}
	return ansible.Visible(fmt.Sprint(v))
}
