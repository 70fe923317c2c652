// SPDX-License-Identifier: GPL-3.0-or-later

package untrusted_test

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/acsmon/acsmon-ansible/internal/untrusted"
)

func TestKeysSayThatTheyHoldASecret(t *testing.T) {
	keys := untrusted.SecretKeys{"account_sid"}
	for key, want := range map[string]bool{
		"password": true, "Password2": true, "smtp_password": true, "userPassword": true, "passphrase": true, "db_pass": true,
		"Authorization": true, "Proxy-Authorization": true, "X-Api-Key": true, "apiKey": true, "auth_token": true, "TOKEN": true,
		"webhook_url": true, "ingest_url": true, "snmp_community": true, "cookie": true, "account_sid": true, "ACCOUNT_SID": true,
		"": false, "name": false, "key": false, "keyword": false, "url": false, "compass": false, "bypass": false, "tokens_left": false,
		"password_policy": false, "secretary": false, "monkey": false, "ssl_verify": false,
	} {
		if got := keys.Names(key); got != want {
			t.Errorf("%q names a secret: %t, want %t", key, got, want)
		}
	}
}

func TestSecretsUnderSuchKeysAreHidden(t *testing.T) {
	got := untrusted.SecretKeys{}.Hide(map[string]any{
		"url": "https://example.com", "password": "x", "token": 7, "secret": "", "cookie": nil, "webhook": false,
		"headers":     map[string]any{"Authorization": "Bearer x", "Accept": "text/html"},
		"credentials": map[string]any{"user": "me", "on": true, "more": []any{"y", 1}},
		"hook":        "https://hooks.slack.com/services/T0/B0/x", "list": []any{map[string]any{"pwd": "z"}},
	})
	want := map[string]any{
		"url": "https://example.com", "password": untrusted.NoLog, "token": untrusted.NoLog, "secret": "", "cookie": nil, "webhook": false,
		"headers":     map[string]any{"Authorization": untrusted.NoLog, "Accept": "text/html"},
		"credentials": map[string]any{"user": untrusted.NoLog, "on": true, "more": []any{untrusted.NoLog, untrusted.NoLog}},
		"hook":        untrusted.NoLog, "list": []any{map[string]any{"pwd": untrusted.NoLog}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v", got)
	}
}

// A row of an alert about a webhook names the webhook; a config may hold one as a secret.
func TestHideInRowShowsWhatARowIsAbout(t *testing.T) {
	got := untrusted.SecretKeys{}.HideInRow(map[string]any{
		"id": 1, "snmp_community": "public", "credential": map[string]any{"user": "me"},
		"webhook": map[string]any{"id": 7, "name": "Backups", "token": "x", "url": "https://a.example/api/v1/webhook-ingest/x"},
		"config":  map[string]any{"webhook": map[string]any{"id": 7, "to": "x"}},
	})
	want := map[string]any{
		"id": 1, "snmp_community": untrusted.NoLog, "credential": map[string]any{"user": untrusted.NoLog},
		"webhook": map[string]any{"id": 7, "name": "Backups", "token": untrusted.NoLog, "url": untrusted.NoLog},
		"config":  map[string]any{"webhook": map[string]any{"id": untrusted.NoLog, "to": untrusted.NoLog}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v", got)
	}
}

// A server that has new keys in each row makes no difference to what is hidden.
func TestMoreKeysThanAreRemembered(t *testing.T) {
	var keys untrusted.SecretKeys
	for i := range 3000 {
		if name := fmt.Sprintf("field_%d_of", i); keys.Names(name) {
			t.Fatalf("%s counts as a secret", name)
		}
		if name := fmt.Sprintf("field_%d_password", i); !keys.Names(name) {
			t.Fatalf("%s does not count as a secret", name)
		}
	}
}
