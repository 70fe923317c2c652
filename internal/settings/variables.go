// SPDX-License-Identifier: GPL-3.0-or-later

package settings

import "slices"

// Variable is an environment variable, and one line about it.
type Variable = struct{ Name, Usage string }

// Variables returns all that Resolve reads.
func Variables() []Variable {
	return slices.Concat([]Variable{
		{Name: "ACSMON_BASE_URL", Usage: "URL of the web interface; else the server of acsmon login"},
		{Name: "ACSMON_TOKEN", Usage: "token of ACSMON_BASE_URL; else the one that acsmon login keeps"},
		{Name: "ACSMON_TOKEN_FILE", Usage: "file that holds the token"},
	}, accountVariables, transportVariables, []Variable{
		{Name: "ACSMON_PROFILE", Usage: "server profile that acsmon doctor made (default: the one in ~/.config/acsmon/servers)"},
		{Name: "ACSMON_DEBUG", Usage: "file to which a line is added for each request"},
	})
}

// LoginVariables returns all that the commands login and logout read.
func LoginVariables() []Variable {
	return slices.Concat([]Variable{{Name: "ACSMON_BASE_URL", Usage: "URL of the web interface"}}, accountVariables, transportVariables)
}

var accountVariables = []Variable{
	{Name: "ACSMON_EMAIL", Usage: "e-mail address of an account, with ACSMON_PASSWORD"},
	{Name: "ACSMON_PASSWORD", Usage: "password of that account"},
}

var transportVariables = []Variable{
	{Name: "ACSMON_VERIFY_TLS", Usage: "false accepts any certificate, in a lab"},
	{Name: "ACSMON_CA_PATH", Usage: "PEM file of a CA to trust in addition to the system's"},
	{Name: "ACSMON_TIMEOUT", Usage: "seconds that a request may take (default 30)"},
	{Name: "ACSMON_CONNECT_TIMEOUT", Usage: "seconds that connecting may take (default 10)"},
	{Name: "ACSMON_MAX_WAIT", Usage: "seconds to wait in total for the rate limit, maintenance and retries (default 300)"},
	{Name: "ACSMON_MAX_ROWS", Usage: "rows that one list may have (default 1000000)"},
	{Name: "ACSMON_MAX_MEGABYTES", Usage: "megabytes that the responses of one list may have (default 2048)"},
	{Name: "HTTPS_PROXY, NO_PROXY", Usage: "proxy, and the hosts that are reached without it"},
}
