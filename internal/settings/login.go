// SPDX-License-Identifier: GPL-3.0-or-later

package settings

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/untrusted"
)

// Login trades an e-mail address and a password for a token and keeps it, with
// its server, in ~/.config/acsmon/token. TLS and time-outs come from the
// environment. It returns the user.
func Login(ctx context.Context, baseURL, email string, password acsmon.Secret, lookup Lookup) (acsmon.User, error) {
	store := openStore()
	if store.dir == "" {
		return acsmon.User{}, errNoHome
	}
	secrets := &untrusted.Secrets{}
	secrets.Add(password.Reveal())
	client, err := bareClient(baseURL, lookup, secrets)
	if err != nil {
		return acsmon.User{}, err
	}
	token, err := client.Login(ctx, email, password)
	secrets.Add(token.Reveal())
	if err != nil {
		return acsmon.User{}, CommandLine.Explain(err)
	}
	if err := store.keep(token, baseURL); err != nil {
		return acsmon.User{}, errors.Join(err, client.Logout(ctx)) // a token that nobody has should not live on
	}
	user, err := client.Me(ctx)
	user.Name = secrets.Redact(user.Name)
	return user, CommandLine.Explain(err)
}

// Logout revokes and forgets the token of Login and those of all logins that
// tasks made. It returns the servers at which one was revoked. A token that could
// not be revoked is kept, and named in the error.
func Logout(ctx context.Context, lookup Lookup) (servers []string, err error) {
	store := openStore()
	token, base, err := store.token()
	if err != nil {
		return nil, err
	}
	if base == "" {
		base, _ = lookup("ACSMON_BASE_URL")
	}
	if token != "" && strings.TrimSpace(base) == "" {
		return nil, fmt.Errorf("%s does not say which server its token is for: set ACSMON_BASE_URL, or remove the file", store.tokenPath())
	}
	var failures []error
	revoke := func(baseURL string, token acsmon.Secret, forget func() error) {
		if err := revoke(ctx, baseURL, token, lookup); err != nil {
			failures = append(failures, fmt.Errorf("the token for %s is not revoked: %w", baseURL, err))
			return
		}
		servers = append(servers, baseURL)
		failures = append(failures, forget())
	}
	if token != "" {
		revoke(base, token, store.forget)
	}
	sessions, err := store.sessions()
	failures = append(failures, err)
	for _, f := range sessions {
		revoke(f.session.BaseURL, acsmon.Secret(f.session.Token), func() error { return remove(f.path) })
	}
	return servers, errors.Join(failures...)
}

func revoke(ctx context.Context, baseURL string, token acsmon.Secret, lookup Lookup) error {
	secrets := &untrusted.Secrets{}
	secrets.Add(token.Reveal())
	client, err := bareClient(baseURL, lookup, secrets, acsmon.WithToken(token))
	if err != nil {
		return err
	}
	return CommandLine.Explain(client.Logout(ctx))
}

// bareClient returns a client without the credentials of the environment.
func bareClient(baseURL string, lookup Lookup, secrets *untrusted.Secrets, extra ...acsmon.Option) (*acsmon.Client, error) {
	c := &Connection{door: CommandLine, secrets: secrets}
	hideEnvironment(secrets, lookup)
	if err := c.setTransport(source{door: CommandLine, lookup: lookup}); err != nil {
		return nil, err
	}
	return acsmon.New(baseURL, append(append(c.options, userAgent(), acsmon.WithRedactor(secrets.Redact)), extra...)...)
}
