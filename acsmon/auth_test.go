// SPDX-License-Identifier: MIT

package acsmon_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

const email = "api@example.com"

func withAccount(server *acsmontest.Server) *acsmontest.Server {
	server.AddUser(email, "correct horse", "devices.view")
	return server
}

// Where roles and permissions stand, and whether they come as texts or as objects, is
// not known.
func TestMeInEveryShape(t *testing.T) {
	for name, answer := range map[string]string{
		"bare":              `{"id": 1, "name": "n", "roles": ["b", "a"], "permissions": ["x.y"]}`,
		"beside the user":   `{"user": {"id": 1, "name": "n", "roles": ["b", "a"]}, "permissions": [{"id": 1, "slug": "x.y", "name": "See x"}]}`,
		"wrapped objects":   `{"data": {"id": 1, "name": "n", "roles": [{"name": "b", "slug": "q"}, {"slug": "a"}], "permissions": ["x.y"]}}`,
		"unexpected shapes": `{"id": 1, "name": "n", "roles": ["b", "a", null, []], "permissions": [{"name": "x.y"}, {}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			server := acsmontest.Start(t, acsmontest.Options{})
			server.Inject(acsmontest.Fault{Path: "/auth/me", Do: acsmontest.Answer(200, map[string][]string{"Content-Type": {"application/json"}}, answer)})
			me, err := newClient(t, server.URL, acsmon.WithToken(acsmon.Secret(server.Token))).Me(bg)
			if got := fmt.Sprintf("%d %s %v %v", me.ID, me.Name, me.Roles, me.Permissions); err != nil || got != "1 n [a b] [x.y]" {
				t.Errorf("Me gives %s, %v", got, err)
			}
		})
	}
}

func TestLoginGivesATokenThatLaterCallsSendAndLogoutRevokesIt(t *testing.T) {
	server := withAccount(acsmontest.Start(t, acsmontest.Options{}))
	client := newClient(t, server.URL)

	token, err := client.Login(bg, email, "correct horse")
	if err != nil {
		t.Fatal(err)
	}
	me, err := client.Me(bg)
	if err != nil || me.Email != email {
		t.Fatalf("Me: %v, %v", me, err)
	}
	if fmt.Sprint(me.Permissions) != "[devices.view]" {
		t.Errorf("permissions %v", me.Permissions)
	}
	if err := client.Logout(bg); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Me(bg); !acsmon.IsUnauthorized(err) {
		t.Errorf("after the logout Me gives %v", err)
	}
	if _, err := newClient(t, server.URL, acsmon.WithToken(token)).Me(bg); !acsmon.IsUnauthorized(err) {
		t.Errorf("the revoked token gives %v", err)
	}
}

// The keeper does not know that its token is revoked, but the client does.
func TestARevokedTokenIsNotTriedAgain(t *testing.T) {
	server := withAccount(acsmontest.Start(t, acsmontest.Options{}))
	client := newClient(t, server.URL, acsmon.WithCredentials(email, "correct horse", nil))
	must(client.Me(bg))
	if err := client.Logout(bg); err != nil {
		t.Fatal(err)
	}
	server.ResetRequests()
	if _, err := client.Me(bg); err != nil {
		t.Error(err)
	}
	if got := fmt.Sprint(asked(server)); got != "[POST /auth/login GET /auth/me]" {
		t.Errorf("%s were requested", got)
	}
}

func TestLogoutOfATokenThatIsNoLongerValidIsNoError(t *testing.T) {
	server, client := start(t, acsmontest.Options{})
	server.Revoke(server.Token)
	if err := client.Logout(bg); err != nil {
		t.Error(err)
	}
}

func TestARefusedLoginSaysSo(t *testing.T) {
	for _, alternative := range []string{"422", "401"} {
		server := withAccount(acsmontest.Start(t, acsmontest.Options{Alternatives: acsmontest.Alternatives{LoginRefused: alternative}}))
		_, err := newClient(t, server.URL).Login(bg, email, "wrong")
		if status := fmt.Sprint(apiError(t, err).Status); status != alternative {
			t.Errorf("status %s, want %s", status, alternative)
		}
		if e := apiError(t, err); e.Reason != acsmon.ReasonLogin || strings.Contains(err.Error(), "token") {
			t.Errorf("the reason is %q: %s", e.Reason, err)
		}
		if len(server.Requests()) != 1 {
			t.Errorf("a refused login was asked %d times", len(server.Requests()))
		}
	}
}

// A server may refuse a login that lacks the second factor with a status of its own choice.
func TestEveryRefusalOfALoginSaysSo(t *testing.T) {
	for status, want := range map[int]bool{400: true, 401: true, 403: true, 422: true, 423: true, 428: true, 404: false, 405: false, 500: false} {
		client := handle(t, func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(status)
			fmt.Fprint(w, `{"message":"A two-factor code is required."}`)
		}, acsmon.WithMaxWait(0))
		_, err := client.Login(bg, email, "correct horse")
		if e := apiError(t, err); (e.Reason == acsmon.ReasonLogin) != want {
			t.Errorf("%d: the reason is %q", status, e.Reason)
		}
	}
}

func TestALoginAnsweredWithoutATokenIsAnErrorThatShowsNoBody(t *testing.T) {
	for _, body := range []string{`{"token":""}`, `{"token":"a b"}`, `{"token":["1|hidden"]}`, `{"access":"1|hidden"}`, `[]`, `hidden`} {
		client := handle(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, body) }, acsmon.WithMaxWait(0))
		token, err := client.Login(bg, email, "correct horse")
		if err == nil || token != "" {
			t.Fatalf("%s: token %q, error %v", body, token.Reveal(), err)
		}
		if text := err.Error(); !strings.Contains(text, "was expected") || strings.Contains(text, "hidden") {
			t.Errorf("%s: the error is %q, want what was expected, and nothing of the token", body, text)
		}
		if e := apiError(t, err); (e.Reason == acsmon.ReasonLogin) != strings.HasPrefix(body, "{") {
			t.Errorf("%s: the reason is %q", body, e.Reason)
		}
	}
}

func TestCredentialsLogInOnceWhenAFirstRequestNeedsIt(t *testing.T) {
	server := withAccount(acsmontest.Start(t, acsmontest.Options{Devices: 3}))
	client := newClient(t, server.URL, acsmon.WithCredentials(email, "correct horse", nil))
	if len(server.Requests()) != 0 {
		t.Fatal("New sends something")
	}
	for range 2 {
		if _, err := acsmon.Collect(client.Devices.List(bg, acsmon.Query{})); err != nil {
			t.Fatal(err)
		}
	}
	if want := []string{"POST /auth/login", "GET /devices", "GET /devices"}; !slices.Equal(asked(server), want) {
		t.Errorf("asked %v, want %v", asked(server), want)
	}
}

func TestA401LogsInAgainOnceHoweverManyCallersMeetIt(t *testing.T) {
	server := withAccount(acsmontest.Start(t, acsmontest.Options{Devices: 3}))
	client := newClient(t, server.URL, acsmon.WithCredentials(email, "correct horse", nil))
	token, err := client.Login(bg, email, "correct horse")
	if err != nil {
		t.Fatal(err)
	}
	server.Revoke(token.Reveal())
	server.ResetRequests()
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() {
			if _, err := acsmon.Collect(client.Devices.List(bg, acsmon.Query{})); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	logins := 0
	for _, line := range asked(server) {
		if line == "POST /auth/login" {
			logins++
		}
	}
	if logins != 1 {
		t.Errorf("%d logins", logins)
	}
}

func TestATokenThatIsRefusedAgainAfterTheLoginEndsTheCall(t *testing.T) {
	server := withAccount(acsmontest.Start(t, acsmontest.Options{}))
	server.Inject(acsmontest.Fault{Path: "/devices", Do: acsmontest.Status(http.StatusUnauthorized)})
	client := newClient(t, server.URL, acsmon.WithCredentials(email, "correct horse", nil))
	_, err := acsmon.Collect(client.Devices.List(bg, acsmon.Query{}))
	if !acsmon.IsUnauthorized(err) {
		t.Fatal(err)
	}
	want := []string{"POST /auth/login", "GET /devices", "POST /auth/login", "GET /devices"}
	if !slices.Equal(asked(server), want) {
		t.Errorf("asked %v, want %v", asked(server), want)
	}
}

func TestWithoutCredentialsA401IsNotRepeated(t *testing.T) {
	server, client := start(t, acsmontest.Options{})
	server.Revoke(server.Token)
	_, err := client.Devices.Get(bg, 1)
	if !acsmon.IsUnauthorized(err) || len(server.Requests()) != 1 {
		t.Errorf("error %v after %d requests", err, len(server.Requests()))
	}
	saysAll(t, err.Error(), "GET /devices/1 answered 401", "Unauthenticated", "the token is missing, revoked, or its user is gone")
	if e := apiError(t, err); e.Reason != acsmon.ReasonUnauthorized {
		t.Errorf("the reason is %q", e.Reason)
	}
}

// keeper is a TokenKeeper that writes down what it is asked.
type keeper struct {
	kept    acsmon.Secret
	refused []string
}

func (k *keeper) Token(ctx context.Context, refused acsmon.Secret, login func(context.Context) (acsmon.Secret, error)) (acsmon.Secret, error) {
	k.refused = append(k.refused, refused.Reveal())
	if k.kept != "" && k.kept != refused {
		return k.kept, nil
	}
	token, err := login(ctx)
	if err == nil {
		k.kept = token
	}
	return token, err
}

func TestAKeptTokenSavesTheLoginAndARefusedOneIsReplaced(t *testing.T) {
	server := withAccount(acsmontest.Start(t, acsmontest.Options{}))
	kept := &keeper{}
	for range 2 { // two processes
		if _, err := newClient(t, server.URL, acsmon.WithCredentials(email, "correct horse", kept)).Me(bg); err != nil {
			t.Fatal(err)
		}
	}
	first := kept.kept.Reveal()
	server.Revoke(first)
	if _, err := newClient(t, server.URL, acsmon.WithCredentials(email, "correct horse", kept)).Me(bg); err != nil {
		t.Fatal(err)
	}
	want := []string{"POST /auth/login", "GET /auth/me", "GET /auth/me", "GET /auth/me", "POST /auth/login", "GET /auth/me"}
	if !slices.Equal(asked(server), want) {
		t.Errorf("asked %v, want %v", asked(server), want)
	}
	if want := []string{"", "", "", first}; !slices.Equal(kept.refused, want) {
		t.Errorf("the keeper was told that %q were refused, want %q", kept.refused, want)
	}
}

func TestACallerWhoseTimeIsOverDoesNotWaitForAnothersLogin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := withAccount(acsmontest.New(acsmontest.Options{}))
		t.Cleanup(func() { server.Close() })
		server.Inject(acsmontest.Fault{Path: "/auth/login", Do: acsmontest.Delay(20 * time.Second)})
		client := newClient(t, server.URL, acsmon.WithDialer(server.Dial), acsmon.WithCredentials(email, "correct horse", nil))
		var group sync.WaitGroup
		group.Go(func() {
			if _, err := client.Me(bg); err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		begun := time.Now()
		ctx, cancel := context.WithTimeout(bg, time.Second)
		defer cancel()
		if _, err := client.Me(ctx); err == nil {
			t.Error("no error")
		}
		if took := time.Since(begun); took != time.Second {
			t.Errorf("it took %s", took)
		}
		group.Wait()
	})
}

func TestTheLoginsLimitIsNotTakenForTheLimitOfAllOtherCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := withAccount(acsmontest.New(acsmontest.Options{RateLimit: 60, LoginLimit: 6}))
		t.Cleanup(func() { server.Close() })
		client := newClient(t, server.URL, acsmon.WithDialer(server.Dial), acsmon.WithToken(acsmon.Secret(server.Token)))
		if _, err := client.Me(bg); err != nil {
			t.Fatal(err)
		}
		server.Inject(acsmontest.Fault{Path: "/auth/login", Times: 1, Do: acsmontest.TooManyRequests(50 * time.Second)})
		var group sync.WaitGroup
		group.Go(func() { client.Login(bg, email, "correct horse") })
		synctest.Wait()
		begun := time.Now()
		if _, err := client.Me(bg); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(begun); took != 0 {
			t.Errorf("a call waited %s for the limit of logins", took)
		}
		group.Wait()
		if got := client.Limit().PerMinute; got != 60 {
			t.Errorf("the limit is said to be %d a minute", got)
		}
	})
}

func TestCredentialsAndTokensAreCheckedBeforeAnythingIsSent(t *testing.T) {
	for name, option := range map[string]acsmon.Option{
		"no password":     acsmon.WithCredentials(email, "", nil),
		"no e-mail":       acsmon.WithCredentials("", "secret", nil),
		"empty token":     acsmon.WithToken(""),
		"newline in it":   acsmon.WithToken("1|abc\nX-Other: 1"),
		"space in it":     acsmon.WithToken("1| abc"),
		"beyond ASCII":    acsmon.WithToken("1|abć"),
		"a NUL character": acsmon.WithToken("1|\x00"),
	} {
		if _, err := acsmon.New("https://monitoring.example.com", option); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
