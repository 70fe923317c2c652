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
// alt tag, the likeliest one.
type Alternatives struct {
	// Single is how one resource comes: as it is, or inside {"data": …}, as a stock
	// Laravel resource does.
	Single string `alt:"bare|wrapped"`

	// Envelope is what a list comes in: the one that the official client's README
	// shows; that with last_page in meta, or at the top level; a stock resource
	// collection; a bare length-aware paginator, whose links are a list; one that
	// knows no total and no last page; or one that knows no page numbers, only a
	// cursor.
	Envelope string `alt:"readme|last-page|last-page-top|collection|paginator|simple|cursor"`

	// NextPage is what next_page_url keeps of the query: all of it, or only page.
	NextPage string `alt:"query|page"`

	// Unknown is what comes of a filter or a sort that the server does not know: it
	// is ignored, or refused with that status.
	Unknown string `alt:"ignored|400|422"`

	// Search is what search looks at: name and host, or tags too; or nothing, and
	// all rows are listed.
	Search string `alt:"name-host|tags|ignored"`

	// ListRows is what a row of a list carries: all that a single read does, or
	// less, without config and tags.
	ListRows string `alt:"full|sparse"`

	// Put is what an update does to the fields that it leaves out: nothing, or it
	// sets them to their defaults, write-only ones included.
	Put string `alt:"merge|replace"`

	// CreateShows is what the answer to a create shows: the row as it is, or null
	// for each column that the database filled.
	CreateShows string `alt:"all|given"`

	// Updated is what the answer to an update shows of a row that the resource
	// refers to: the one of now, or the one that the resource referred to before.
	Updated string `alt:"fresh|stale"`

	// Created, Deleted and Queued are the statuses of a create, a delete (200 has a
	// body), and a check or a poll.
	Created string `alt:"201|200"`
	Deleted string `alt:"204|200"`
	Queued  string `alt:"200|202"`

	// Events is where alert events are: each kind at its own path with its own
	// numbers, so that one id can exist in both lists; or /alert-events serves both
	// kinds and /monitor-events the monitors' share of the same events; or there is
	// no /monitor-events.
	Events string `alt:"apart|shared|one-list"`

	// Repeated is what comes of acknowledging what is acknowledged, and resolving
	// what is resolved: nothing changes, or it is refused with that status.
	Repeated string `alt:"200|409|422"`

	// LoginRefused is the status of a refused login; 422 is Laravel's own way.
	LoginRefused string `alt:"422|401"`

	// Licence is how the licence cap refuses: 422 with errors, with a message
	// alone, or 403.
	Licence string `alt:"422|422-message|403"`

	// LicenceKey is the key of the licence in the system's statistics.
	LicenceKey string `alt:"licence|license"`

	// Guest is how errors come without Accept: application/json. Redirect is stock
	// Laravel: 401 goes to the login page, 422 back to the page before, all else is
	// HTML. Without a route of that name, 401 is a page that says 500.
	Guest string `alt:"redirect|html|no-login"`

	// Framework is which Laravel it is: what its messages say, and whether it trims
	// all white space of Unicode or that of ASCII.
	Framework string `alt:"newer|8"`

	// Refusals is what comes first of a missing permission and of wrong input.
	Refusals string `alt:"permission-first|input-first"`

	// Slugs is which of the vendor's pages spells the permissions that are checked: the
	// list of endpoints, or the page on roles, which has some of their own.
	Slugs string `alt:"endpoints|roles" each:"no"`

	// Names is whether two resources of a kind can have one name.
	Names string `alt:"free|unique" each:"no"`

	// ConfigKeys is what becomes of a key of a monitor's config that no page of the
	// vendor's names: it is kept, or dropped without a word.
	ConfigKeys string `alt:"kept|known" each:"no"`

	// Ingest is the key under which a webhook shows where it takes events: a token,
	// or the URL that is made of it.
	Ingest string `alt:"token|ingest_token|url|ingest_url" each:"no"`

	// Switches is what switches a webhook on and off: an update, or the route for that
	// alone.
	Switches string `alt:"put|toggle" each:"no"`

	// Roles is how the roles of a user are written and shown: as role_id and role {id,name};
	// as the name of the one role; as role_ids, or as ids in roles, both shown as roles
	// [{id,name}]; or as names in roles.
	Roles string `alt:"role-id|role|role-ids|roles|names" each:"no"`

	// Scopes is how a user shows the device groups to which the user is restricted: as
	// device_group_ids, or as device_groups [{id,name}].
	Scopes string `alt:"ids|objects" each:"no"`

	// Widgets is how a widget's position is written and shown: as an object, or as the keys
	// of the widget itself.
	Widgets string `alt:"position|flat" each:"no"`

	// Positions is the key of the list that moves widgets.
	Positions string `alt:"positions|widgets" each:"no"`

	// Upload is the name of the part that holds a MIB file, and Digest what a MIB shows of
	// its content.
	Upload string `alt:"file|mib" each:"no"`
	Digest string `alt:"sha256|md5|none" each:"no"`

	// EmptyObject is how an empty object comes: as PHP's empty array, or as one.
	EmptyObject string `alt:"list|object"`

	// Numbers and Booleans are how these come: as such; decimal fractions as text,
	// as PostgreSQL gives them; or all as strings, and as 0 and 1, as other database
	// drivers of PHP do.
	Numbers  string `alt:"numbers|decimals|strings"`
	Booleans string `alt:"booleans|integers"`

	// Times is how ISO 8601 is written; the offset is +02:00. Mixed is with
	// microseconds in lists and without elsewhere.
	Times string `alt:"z|microseconds|offset|mixed"`

	// PerPage is what comes of a page size above the cap.
	PerPage string `alt:"clamped|422"`

	// References is how a monitor's group and device are shown: as monitor_group
	// {id,name,color}, like a device's group; as the column monitor_group_id; or
	// both.
	References string `alt:"objects|ids|both"`

	// Shapes is what a read shows beyond the documented shapes (a monitor's
	// interval, timeout, group and tags; a device's location): all of it, or nothing.
	Shapes string `alt:"full|documented"`

	// DeviceAlerts is whether there is /devices/{id}/alerts, which only the official
	// client's README names.
	DeviceAlerts string `alt:"served|absent"`

	// Results is what a monitor's results come in: the envelope of every list, or
	// {"data": …} alone.
	Results string `alt:"envelope|data"`

	// PerPageCap is the largest page. 0 means 100, which is a guess.
	PerPageCap int

	// FilterFields and SortFields are the fields that filter[...] and sort know
	// (every plain column of a resource, when nil); all others are unknown.
	FilterFields, SortFields []string
}

// A Choice is one field of Alternatives that has named values.
type Choice struct {
	Name   string   // as on the command line: "next-page"
	Values []string // the first is the default
	Apart  bool     // EachAlternative leaves it out

	index int
}

// Choices are the alternatives that can be set by name, in the order of the
// fields of [Alternatives].
func Choices() []Choice {
	var choices []Choice
	t := reflect.TypeFor[Alternatives]()
	for i := range t.NumField() {
		if values, ok := t.Field(i).Tag.Lookup("alt"); ok {
			apart := t.Field(i).Tag.Get("each") == "no"
			choices = append(choices, Choice{kebab(t.Field(i).Name), strings.Split(values, "|"), apart, i})
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
// switched, so that a test can range over all of them. Choices that are tagged
// each:"no" are left out: under them an answer differs from what was sent, or a
// request is refused that others grant, which is for tests of their own.
func EachAlternative() iter.Seq2[string, Alternatives] {
	return func(yield func(string, Alternatives) bool) {
		for _, c := range Choices() {
			if c.Apart {
				continue
			}
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
