// SPDX-License-Identifier: MIT

package acsmon

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// TokenKeeper keeps the token of a login for the next process. Several goroutines may call it at
// once.
type TokenKeeper interface {
	// Token returns the kept token unless it is the refused one. Otherwise it calls login, and
	// keeps what that returns. At first, refused is "". Only one caller should log in at a time,
	// because the server allows 6 logins a minute. The context has what the call may still wait: see
	// WaitBudget and SpendWait.
	Token(ctx context.Context, refused Secret, login func(context.Context) (Secret, error)) (Secret, error)
}

// KeepInMemory returns a TokenKeeper that keeps a token as long as the process lives. Clients may
// share it if they have the same server and the same credentials.
func KeepInMemory() TokenKeeper { return &memoryKeeper{turn: make(chan struct{}, 1)} }

// memoryKeeper keeps a token for as long as the client lives.
type memoryKeeper struct {
	turn  chan struct{} // holds one element while a caller has its turn
	token Secret
}

func (k *memoryKeeper) Token(ctx context.Context, refused Secret, login func(context.Context) (Secret, error)) (Secret, error) {
	select {
	case k.turn <- struct{}{}:
	case <-ctx.Done():
		return "", ctx.Err()
	}
	defer func() { <-k.turn }()
	if k.token != "" && k.token != refused {
		return k.token, nil
	}
	token, err := login(ctx)
	if err == nil {
		k.token = token
	}
	return token, err
}

// secrets are what a client must never print.
type secrets struct {
	header   http.Header // may hold a gateway's key
	keeper   TokenKeeper
	email    string // "" without WithCredentials
	password Secret

	mu      sync.Mutex
	token   Secret
	revoked Secret // by Logout: a keeper may still have it
}

func (s *secrets) currentToken() Secret {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.token
}

func (s *secrets) setToken(token Secret) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.token = token
}

// revoke forgets the token, and remembers that it is no longer valid.
func (s *secrets) revoke() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.revoked, s.token = s.token, ""
}

func (s *secrets) revokedToken() Secret {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.revoked
}

// authorise returns a token other than the refused one.
func (c *Client) authorise(ctx context.Context, refused Secret) (Secret, error) {
	s := c.secrets()
	if token := s.currentToken(); token != "" && token != refused {
		return token, nil
	}
	if s.email == "" {
		return "", nil // the server will answer 401, whose error says what to do
	}
	token, err := s.keeper.Token(ctx, cmp.Or(refused, s.revokedToken()), func(ctx context.Context) (Secret, error) {
		return c.login(ctx, s.email, s.password)
	})
	if err == nil {
		s.setToken(token)
	}
	return token, err
}

const loginPath = "/auth/login"

// Login exchanges an e-mail address and a password for a token. All later calls send the token, and
// Login returns it so that the caller can keep it. It is valid until Logout.
func (c *Client) Login(ctx context.Context, email string, password Secret) (Secret, error) {
	token, err := c.login(ctx, email, password)
	if err == nil {
		c.secrets().setToken(token)
	}
	return token, err
}

func (c *Client) login(ctx context.Context, email string, password Secret) (Secret, error) {
	var token Secret
	err := c.do(ctx, request{
		method: http.MethodPost, path: loginPath, anonymous: true,
		body: map[string]string{"email": email, "password": password.Reveal()},
		decode: func(body []byte) error {
			response, err := unmarshalObject(body)
			if err != nil {
				return err
			}
			given, _ := response["token"].(string)
			token = Secret(given)
			if !token.validHeader() {
				return errNoToken
			}
			return nil
		},
	})
	if err != nil {
		return "", err
	}
	return token, nil
}

var errNoToken = errors.New("a token was expected, but none came")

// Logout revokes the client's token and forgets it. It is no error if the token is no longer valid.
func (c *Client) Logout(ctx context.Context) error {
	err := c.do(ctx, request{method: http.MethodPost, path: "/auth/logout", silent: true, decode: anyObject})
	if err != nil && !IsUnauthorized(err) {
		return err
	}
	c.secrets().revoke()
	return nil
}

// User is the owner of a token.
type User struct {
	Object
	ID          int64
	Name        string
	Email       string
	Roles       []string // their names, sorted
	Permissions []string // the slugs that the roles grant, sorted
}

// from accepts an object that is the user, or one that has roles and permissions beside the user.
func (u *User) from(r *row) {
	roles, permissions := r.fields["roles"], r.fields["permissions"]
	if user, ok := r.fields["user"].(map[string]any); ok && r.fields["id"] == nil {
		r.fields = user
		roles, permissions = cmp.Or(user["roles"], roles), cmp.Or(user["permissions"], permissions)
	}
	*u = User{Object{r.fields}, r.whole("id"), r.text("name"), r.text("email"), labels(roles, "name", "slug"), labels(permissions, "slug", "name")}
}

// ScopedTo returns the number of device groups to which the user is restricted: the server shows
// the user nothing of other groups' devices. It returns 0 where nothing says so. No public page
// names the key.
func (u User) ScopedTo() int {
	for key, value := range u.Fields {
		groups, _ := value.([]any)
		if len(groups) > 0 && (strings.Contains(key, "device_group") || strings.Contains(key, "scope")) {
			return len(groups)
		}
	}
	return 0
}

// labels returns the texts of a list. Where the list holds objects, it takes the text under the
// key, or under the other key.
func labels(list any, key, other string) []string {
	labels := []string{}
	items, _ := list.([]any)
	for _, item := range items {
		object, ok := item.(map[string]any)
		if !ok {
			object = map[string]any{key: item}
		}
		r := row{fields: object}
		if label := cmp.Or(r.text(key), r.text(other)); label != "" {
			labels = append(labels, label)
		}
	}
	slices.Sort(labels)
	return labels
}

// Me returns the user to whom the token belongs.
func (c *Client) Me(ctx context.Context) (User, error) {
	return ask[User](ctx, c, request{method: http.MethodGet, path: "/auth/me"}, unmarshalObject)
}
