// SPDX-License-Identifier: GPL-3.0-or-later

package laravel

// A Switch is one thing that nothing public settles.
type Switch struct {
	Name   string
	Values []string // the first is the default
}

// Switches are what Options.Switches and Set can set. Where the sandbox has an alternative of the
// same kind, names and values are the same.
func Switches() []Switch {
	return []Switch{
		{"single", []string{"bare", "wrapped"}},
		{"envelope", []string{"readme", "last-page", "last-page-top", "collection", "paginator", "simple", "cursor"}},
		{"next-page", []string{"query", "page"}},
		{"unknown", []string{"ignored", "400", "422"}},
		{"search", []string{"name-host", "tags", "ignored"}},
		{"list-rows", []string{"full", "sparse"}},
		{"put", []string{"merge", "replace"}},
		{"created", []string{"201", "200"}},
		{"create-shows", []string{"all", "given"}},
		{"updated", []string{"fresh", "stale"}},
		{"deleted", []string{"204", "200"}},
		{"queued", []string{"200", "202"}},
		{"events", []string{"apart", "shared", "one-list"}},
		{"repeated", []string{"200", "409", "422"}},
		{"login-refused", []string{"422", "401"}},
		{"licence", []string{"422", "422-message", "403"}},
		{"licence-key", []string{"licence", "license"}},
		{"guest", []string{"redirect", "no-login"}},
		{"empty-object", []string{"list", "object"}},
		{"numbers", []string{"numbers", "decimals", "strings"}},
		{"booleans", []string{"booleans", "integers"}},
		{"times", []string{"z", "microseconds", "offset", "mixed"}},
		{"per-page", []string{"clamped", "422"}},
		{"references", []string{"objects", "ids", "both"}},
		{"shapes", []string{"full", "documented"}},
		{"device-alerts", []string{"served", "absent"}},
		{"results", []string{"envelope", "data"}},
		{"refusals", []string{"permission-first", "input-first"}},
		{"names", []string{"free", "unique"}},
		{"config-keys", []string{"kept", "known"}},
		{"ingest", []string{"token", "ingest_token", "url", "ingest_url"}},
		{"switches", []string{"put", "toggle"}},
	}
}
