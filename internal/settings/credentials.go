// SPDX-License-Identifier: GPL-3.0-or-later

package settings

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/files"
	"github.com/acsmon/acsmon-ansible/internal/folders"
	"github.com/acsmon/acsmon-ansible/internal/untrusted"
)

// credentials are a token, or an e-mail address and a password.
type credentials struct {
	token    acsmon.Secret
	email    string
	password acsmon.Secret
	store    *store
	source   string // as a user knows it
}

func (c credentials) option(of *Connection) acsmon.Option {
	if c.token != "" {
		return acsmon.WithToken(c.token)
	}
	keeper := c.store.keeper(of)
	return acsmon.WithCredentials(c.email, c.password, hidingKeeper{keeper, of.secrets})
}

// hideEnvironment makes the credentials of the environment secrets, even if others are used.
func hideEnvironment(secrets *untrusted.Secrets, lookup Lookup) {
	for _, name := range []string{"ACSMON_TOKEN", "ACSMON_PASSWORD"} {
		value, _ := lookup(name)
		secrets.Add(strings.TrimSpace(value))
	}
}

// hidingKeeper makes the tokens of logins secrets.
type hidingKeeper struct {
	acsmon.TokenKeeper
	secrets *untrusted.Secrets
}

// Token returns the kept token, or logs in.
func (k hidingKeeper) Token(ctx context.Context, refused acsmon.Secret, login func(context.Context) (acsmon.Secret, error)) (acsmon.Secret, error) {
	k.secrets.Add(refused.Reveal())
	token, err := k.TokenKeeper.Token(ctx, refused, func(ctx context.Context) (acsmon.Secret, error) {
		token, err := login(ctx)
		k.secrets.Add(token.Reveal())
		return token, err
	})
	k.secrets.Add(token.Reveal())
	return token, err
}

// credentials looks at the sources in their order: options, environment, token file. The first that
// has any credentials wins, whichever kind they are.
func (s source) credentials(origin string, store *store) (credentials, error) {
	for _, from := range []struct {
		source string
		ask    func() (credentials, error)
	}{
		{"the options", s.fromOptions},
		{"the environment", func() (credentials, error) { return s.fromEnvironment(origin) }},
		{"acsmon login", func() (credentials, error) { return s.fromTokenFile(origin, store) }},
	} {
		found, err := from.ask()
		if err != nil {
			return credentials{}, err
		}
		if found != (credentials{}) {
			found.store, found.source = store, from.source
			return found, nil
		}
	}
	return credentials{}, fmt.Errorf(
		"there is no token for %s: set %s, or %s, or run acsmon login", origin,
		s.door.settingOr("token", "ACSMON_TOKEN"), s.door.pair())
}

// pair names the e-mail address and the password.
func (d Door) pair() string {
	if d == CommandLine {
		return "ACSMON_EMAIL and ACSMON_PASSWORD"
	}
	return "email and password"
}

// fromOptions asks the options. One that is there and empty, such as a lookup that found nothing,
// must not mean the credentials of somebody else in the environment.
func (s source) fromOptions() (credentials, error) {
	given := map[string]string{}
	for _, option := range []string{"token", "email", "password"} {
		value := s.given[option]
		if value == nil {
			continue
		}
		if given[option] = strings.TrimSpace(fmt.Sprint(value)); given[option] == "" {
			return credentials{}, fmt.Errorf("%s is empty: give it a value, or leave it out to use the environment", option)
		}
	}
	return pick(given["token"], given["email"], given["password"], "token", "email", "password")
}

func (s source) fromEnvironment(origin string) (credentials, error) {
	text := func(name string) string {
		v, _ := s.lookup(name)
		return strings.TrimSpace(v)
	}
	token := text("ACSMON_TOKEN")
	if path := folders.ExpandHome(text("ACSMON_TOKEN_FILE")); token == "" && path != "" {
		content, err := files.Load(path)
		if err != nil {
			return credentials{}, fmt.Errorf("the file that ACSMON_TOKEN_FILE names cannot be read: %w", err)
		}
		if token = strings.TrimSpace(string(content)); token == "" {
			return credentials{}, fmt.Errorf("the file %s that ACSMON_TOKEN_FILE names is empty", path)
		}
	}
	found, err := pick(token, text("ACSMON_EMAIL"), text("ACSMON_PASSWORD"), "ACSMON_TOKEN", "ACSMON_EMAIL", "ACSMON_PASSWORD")
	if err != nil || found == (credentials{}) {
		return credentials{}, err
	}
	if own := text("ACSMON_BASE_URL"); own != "" {
		return found, s.sameServer("the credentials in the environment are", "ACSMON_BASE_URL", own, origin)
	}
	return found, nil
}

func (s source) fromTokenFile(origin string, store *store) (credentials, error) {
	token, own, err := store.token()
	if err != nil || token == "" {
		return credentials{}, err
	}
	if own != "" {
		return credentials{token: token}, s.sameServer("the token of acsmon login is", "it", own, origin)
	}
	base, _ := s.lookup("ACSMON_BASE_URL")
	if strings.TrimSpace(base) == "" {
		return credentials{}, fmt.Errorf("%s does not say which server its token is for: set ACSMON_BASE_URL, or run acsmon login", store.tokenPath())
	}
	return credentials{token: token}, s.sameServer("the token in "+store.tokenPath()+" is", "ACSMON_BASE_URL", base, origin)
}

// sameServer returns an error if credentials that belong to one origin would be sent to another.
func (s source) sameServer(what, by, own, origin string) error {
	ownOrigin, err := acsmon.Origin(own)
	if err != nil {
		return fmt.Errorf("%s: %w", by, err)
	}
	if ownOrigin == origin {
		return nil
	}
	_, name := s.value("base_url")
	return fmt.Errorf("%s for %s, and %s names %s: give that server's own token", what, ownOrigin, name, origin)
}

// pick takes the credentials of one source: a token if there is one, else both the e-mail address
// and the password.
func pick(token, email, password, tokenName, emailName, passwordName string) (credentials, error) {
	switch {
	case token != "":
		return credentials{token: acsmon.Secret(token)}, nil
	case email == "" && password == "":
		return credentials{}, nil
	case email == "":
		return credentials{}, errors.New(passwordName + " is set without " + emailName + ": set both, or " + tokenName)
	case password == "":
		return credentials{}, errors.New(emailName + " is set without " + passwordName + ": set both, or " + tokenName)
	}
	return credentials{email: email, password: acsmon.Secret(password)}, nil
}
