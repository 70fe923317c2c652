// SPDX-License-Identifier: GPL-3.0-or-later

package ansible_test

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/acsmon/acsmon-ansible/internal/ansible"
	"github.com/acsmon/acsmon-ansible/internal/specs/docs"
)

// A module is its documentation, the rules that the documentation cannot say, and its work.
func Example() {
	const source = `
DOCUMENTATION = r'''
module: greet
options:
  name: {description: Whom., type: str, required: true}
  times: {description: How often., type: int, default: 1}
  token: {description: A secret., type: str}
'''
RETURN = r'''
greeting: {description: What was said., type: str, returned: success}
'''
`
	greet := ansible.Module{
		Name:  "greet",
		Spec:  func() (*ansible.Spec, error) { return docs.ParseSpec([]byte(source), nil) },
		Rules: ansible.Rules{NoLog: []string{"token"}},
		Run: func(_ context.Context, t *ansible.Task) (ansible.Result, error) {
			var options struct {
				Name  string  `ansible:"name"`
				Times int     `ansible:"times"`
				Token *string `ansible:"token"`
			}
			if err := t.Decode(&options); err != nil {
				return nil, err
			}
			greeting := strings.Repeat("hello "+options.Name+" ", options.Times)
			return ansible.Result{"changed": !t.CheckMode, "greeting": strings.TrimSpace(greeting)}, nil
		},
	}
	for _, arguments := range []string{
		`{"name": "Ada", "times": "2", "token": "hunter2", "_ansible_check_mode": true}`,
		`{"nmae": "Ada"}`,
	} {
		status := greet.Main(context.Background(), strings.NewReader(arguments), os.Stdout)
		fmt.Println("exit status", status)
	}
	// Output:
	// {"changed":false,"greeting":"hello Ada hello Ada","invocation":{"module_args":{"name":"Ada","times":2,"token":"VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"}}}
	// exit status 0
	// {"changed":false,"failed":true,"msg":"unsupported option 'nmae' of greet: did you mean name? (supported: name, times, token); option name of greet is required"}
	// exit status 1
}
