// SPDX-License-Identifier: GPL-3.0-or-later

package settings

import (
	"errors"
	"fmt"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

func TestAdviceStandsBehindEachSentenceOfTheClient(t *testing.T) {
	slow := &acsmon.Error{Method: "GET", Path: "/monitors", Reason: acsmon.ReasonTimeout, Message: "no whole answer came"}
	foreign := &acsmon.Error{Method: "GET", Path: "/devices", Reason: acsmon.ReasonUnknownAuthority, Message: "not trusted"}
	tests := []struct {
		name string
		door Door
		err  error
		want string
	}{
		{"none", Task, nil, ""},
		{"no error of the client", Task, errors.New("no monitor"), "no monitor"},
		{"alone", Task, slow, "GET /monitors failed: no whole answer came: allow the server more time with timeout"},
		{"on the command line", CommandLine, slow, "GET /monitors failed: no whole answer came: allow the server more time with ACSMON_TIMEOUT"},
		{"of an inventory", Inventory, foreign, "GET /devices failed: not trusted: name its CA with ca_path or ACSMON_CA_PATH"},
		{"within another sentence", Task, fmt.Errorf("it is not certain (%w): look", slow),
			"it is not certain (GET /monitors failed: no whole answer came: allow the server more time with timeout): look"},
		{"uncertain", Task, &acsmon.UncertainError{Err: foreign},
			"GET /devices failed: not trusted: name its CA with ca_path; it is not certain whether the server carried this out: look before you repeat it"},
		{"several", Task, errors.Join(slow, fmt.Errorf("and %w", foreign)),
			"GET /monitors failed: no whole answer came: allow the server more time with timeout\nand GET /devices failed: not trusted: name its CA with ca_path"},
		{"explained already", CommandLine, fmt.Errorf("logout: %w", Task.Explain(slow)),
			"logout: GET /monitors failed: no whole answer came: allow the server more time with timeout"},
		{"a permission that nobody names", Task, &acsmon.Error{Method: "GET", Path: "/x", Status: 403, Reason: acsmon.ReasonForbidden}, "GET /x answered 403"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			explained := test.door.Explain(test.err)
			if test.err == nil {
				if explained != nil {
					t.Error(explained)
				}
				return
			}
			if explained.Error() != test.want {
				t.Errorf("%s\nwant %s", explained, test.want)
			}
			if !errors.Is(explained, test.err) {
				t.Error("the error itself is lost")
			}
		})
	}
}
