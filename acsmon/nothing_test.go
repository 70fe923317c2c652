// SPDX-License-Identifier: MIT

package acsmon_test

import (
	"errors"
	"net/http"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// What an action returns in PHP may be nothing, true or an empty object: all of them are a 200.
func TestASuccessThatHoldsNothing(t *testing.T) {
	calls := map[string]func(c *acsmon.Client) error{
		"update": safe["update"], "delete": safe["delete"], "check": safe["check"], "acknowledge": safe["acknowledge"],
		"test a channel": once["test a channel"], "import": once["import"],
	}
	for _, test := range []struct {
		status int
		body   string
	}{{200, "{}"}, {200, "[]"}, {200, "1"}, {200, "true"}, {202, ""}, {204, ""}, {200, `{"message":"Deleted."}`}} {
		for name, call := range calls {
			requests := 0
			client := handle(t, func(w http.ResponseWriter, r *http.Request) {
				requests++
				answer(test.status, test.body)(w, r)
			})
			if err := call(client); err != nil || requests != 1 {
				t.Errorf("%s, answered %d %q: %v after %d requests", name, test.status, test.body, err, requests)
			}
		}
		if err := once["create"](handle(t, answer(test.status, test.body))); !errors.As(err, new(*acsmon.UncertainError)) {
			t.Errorf("a create, answered %d %q: %v", test.status, test.body, err)
		}
	}
}
