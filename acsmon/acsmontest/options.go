// SPDX-License-Identifier: MIT

package acsmontest

import (
	"fmt"
	"iter"
	"reflect"
	"slices"
	"strings"
	"time"
)

// Options shape a Server. The zero value is an empty install without limits.
type Options struct {
	// Seed decides names, addresses and everything else that looks random:
	// the same seed and sizes give the same fleet.
	Seed uint64

	// Devices, Monitors and OpenAlerts size the seeded fleet. Open alerts are
	// shared out between devices and monitors, half of each where both exist;
	// a quarter as many acknowledged and half as many resolved ones come on top.
	Devices, Monitors, OpenAlerts int

	// RateLimit is how many requests a minute each user may send. 0 means no
	// limit, and then no X-RateLimit headers either, as of an install whose
	// throttling is switched off; the real thing has 60.
	RateLimit int

	// LoginLimit is how many logins a minute each address may try. 0 means no
	// limit; the real thing has 6.
	LoginLimit int

	// Latency is waited before each request is processed.
	Latency time.Duration

	// LicenceCap is how many devices and monitors the licence allows together;
	// 0 means no cap. A seeded fleet may exceed it, a create may not.
	LicenceCap int

	// Prefix is a mount path such as "/monitoring": the API is then at
	// /monitoring/api/v1 and nowhere else.
	Prefix string

	// Now is the server's clock; nil means time.Now.
	Now func() time.Time

	// CheckTime is how long a queued job (a check, a poll, a discovery run)
	// takes on that clock.
	CheckTime time.Duration

	// Alternatives switch the choices that the public facts leave open.
	Alternatives Alternatives
}

// Alternatives are the choices that nothing public settles. A client must work
// with each of them. The empty string stands for the first choice of a field's
// alt tag, the likeliest one. The quotes are from the facts page.
type Alternatives struct {
	// "A single resource comes bare ({"id":…}) or wrapped ({"data":{"id":…}},
	// a stock Laravel resource)."
	Single string `alt:"bare|wrapped"`

	// "links of a list is an object, or an array of {url,label,active} at the
	// top level with current_page, last_page, total beside it (a bare
	// length-aware paginator)"; "accept last_page in meta or at the top level,
	// or absent".
	Envelope string `alt:"readme|last-page|last-page-top|paginator"`

	// "next_page_url keeps the query (per_page, filters, sort), or has only
	// page: then it is the client's to add them."
	NextPage string `alt:"query|page"`

	// "An unknown filter[...] or sort is ignored, or refused with 400 or 422."
	Unknown string `alt:"ignored|400|422"`

	// "search is a substring match on name and host, case-insensitive; whether
	// it also reads tags is not known."
	Search string `alt:"name-host|tags"`

	// "A list row carries every field that a single read carries, or fewer (no
	// config, no tags)."
	ListRows string `alt:"full|sparse"`

	// "PUT changes what it names, or replaces the whole resource with defaults
	// for what is left out." Write-only fields are lost with the latter.
	Put string `alt:"merge|replace"`

	// "Create answers 201 or 200; delete 204 or 200 with a body; check and poll
	// 200 or 202."
	Created string `alt:"201|200"`
	Deleted string `alt:"204|200"`
	Queued  string `alt:"200|202"`

	// "The two kinds of alert events number themselves apart, so one id can
	// exist in both lists. Or one list serves both kinds." With shared,
	// /alert-events serves both and /monitor-events the monitors' share of the
	// same events; with one-list there is no /monitor-events.
	Events string `alt:"apart|shared|one-list"`

	// "Acknowledging what is acknowledged: 200 and nothing changes, or
	// 409/422." Resolving what is resolved likewise.
	Repeated string `alt:"200|409|422"`

	// "A refused login: 422 with errors.email (Laravel's own way) or 401."
	LoginRefused string `alt:"422|401"`

	// "The licence cap: 422 (with errors or only message) or 403."
	Licence string `alt:"422|422-message|403"`

	// "Without Accept: application/json errors come as HTML or as a redirect to
	// a login page." Redirect is stock Laravel: 401 goes to the login page, 422
	// back to the page before, all else is HTML.
	Guest string `alt:"redirect|html"`

	// "An empty PHP array serialises as [] where an object is meant (config:
	// [], errors: [])."
	EmptyObject string `alt:"list|object"`

	// "Numbers may come as strings, booleans as 0/1 (PHP database drivers do
	// that)."
	Numbers  string `alt:"numbers|strings"`
	Booleans string `alt:"booleans|integers"`

	// "Times are ISO 8601 in UTC with Z, or with microseconds, or with an
	// offset." The offset is +02:00.
	Times string `alt:"z|microseconds|offset"`

	// "A per_page above the cap is clamped, or refused with 422."
	PerPage string `alt:"clamped|422"`

	// The field names of a monitor's group and device are marked [?]: shown as
	// monitor_group {id,name,color} as devices show theirs, as the column
	// monitor_group_id, or both.
	References string `alt:"objects|ids|both"`

	// What a read shows beyond the documented shapes (a monitor's interval,
	// timeout, group and tags; a device's location) is not known: all of it, or
	// nothing.
	Shapes string `alt:"full|documented"`

	// "GET /devices/{id}/alerts (this one [C] only)."
	DeviceAlerts string `alt:"served|absent"`

	// "/results, a list {"data":[…]}": with the envelope of every list, or bare.
	Results string `alt:"envelope|data"`

	// PerPageCap: "the cap's value: assume 100, and believe the per_page that
	// the answer states". 0 means 100.
	PerPageCap int

	// FilterFields and SortFields are the fields that filter[...] and sort know
	// (every plain column of a resource, when nil); all others are unknown.
	FilterFields, SortFields []string
}

// A Choice is one field of Alternatives that has named values.
type Choice struct {
	Name   string   // as on the command line: "next-page"
	Values []string // the first is the default

	index int
}

// Choices are the alternatives that can be set by name, in the order of the
// fields of [Alternatives].
func Choices() []Choice {
	var choices []Choice
	t := reflect.TypeFor[Alternatives]()
	for i := range t.NumField() {
		if values, ok := t.Field(i).Tag.Lookup("alt"); ok {
			choices = append(choices, Choice{kebab(t.Field(i).Name), strings.Split(values, "|"), i})
		}
	}
	return choices
}

// Set switches one alternative by its name, as in Set("next-page", "page").
func (a *Alternatives) Set(name, value string) error {
	for _, c := range Choices() {
		if c.Name != name {
			continue
		}
		if !slices.Contains(c.Values, value) {
			return fmt.Errorf("alternative %s has no value %q, only %s", name, value, strings.Join(c.Values, ", "))
		}
		reflect.ValueOf(a).Elem().Field(c.index).SetString(value)
		return nil
	}
	return fmt.Errorf("there is no alternative %q", name)
}

// EachAlternative gives, for every value of every choice that is not the
// default, its name ("put=replace") and the Alternatives with only that one
// switched, so that a test can range over all of them.
func EachAlternative() iter.Seq2[string, Alternatives] {
	return func(yield func(string, Alternatives) bool) {
		for _, c := range Choices() {
			for _, value := range c.Values[1:] {
				var a Alternatives
				reflect.ValueOf(&a).Elem().Field(c.index).SetString(value)
				if !yield(c.Name+"="+value, a) {
					return
				}
			}
		}
	}
}

// complete fills in the defaults. A value that does not exist is a mistake in
// the calling program, hence the panic.
func (a Alternatives) complete() Alternatives {
	for _, c := range Choices() {
		field := reflect.ValueOf(&a).Elem().Field(c.index)
		if field.String() == "" {
			field.SetString(c.Values[0])
		}
		if err := a.Set(c.Name, field.String()); err != nil {
			panic("acsmontest: " + err.Error())
		}
	}
	if a.PerPageCap == 0 {
		a.PerPageCap = 100
	}
	return a
}

// kebab turns a Go field name into a flag's name: NextPage, next-page.
func kebab(name string) string {
	var b strings.Builder
	for i, r := range name {
		if i > 0 && r >= 'A' && r <= 'Z' {
			b.WriteByte('-')
		}
		b.WriteRune(r)
	}
	return strings.ToLower(b.String())
}
