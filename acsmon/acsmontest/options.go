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
	// Seed decides names, addresses and everything else that looks random: the same seed and sizes
	// make the same fleet.
	Seed uint64

	// Devices, Monitors and OpenAlerts are the size of the seeded fleet. If there are both devices
	// and monitors, half of the open alerts are about each. A quarter as many acknowledged alerts
	// and half as many resolved ones are added.
	Devices, Monitors, OpenAlerts int

	// RateLimit is how many requests a minute each user may send; the real server allows 60. 0
	// means no limit and no X-RateLimit headers, as on an install whose throttling is switched off.
	RateLimit int

	// LoginLimit is how many logins a minute each address may try; the real server allows 6. 0
	// means no limit.
	LoginLimit int

	// Latency is how long the server waits before it processes a request.
	Latency time.Duration

	// LicenceCap is how many devices and monitors the licence allows in total; 0 means no cap. A
	// seeded fleet may exceed it, a create may not.
	LicenceCap int

	// Prefix is a path such as "/monitoring" below which the API is mounted: it is then at
	// /monitoring/api/v1 and nowhere else.
	Prefix string

	// Now is the server's clock; nil means time.Now.
	Now func() time.Time

	// CheckTime is how long a queued job (a check, a poll, a discovery) takes on that clock.
	CheckTime time.Duration

	// Alternatives switch the choices that the public facts leave open.
	Alternatives Alternatives
}

// Alternatives are the choices that no public fact decides. A client must work with each of them.
// The empty string stands for the first choice in the alt tag of a field, which is the likeliest.
type Alternatives struct {
	// Single is how one resource is sent: as it is, or inside {"data": …}, as by a plain Laravel
	// resource.
	Single string `alt:"bare|wrapped"`

	// Envelope is what a list is sent in: the envelope in the README of the official client; the
	// same with last_page in meta, or at the top level; that of a plain resource collection; that
	// of a bare length-aware paginator, whose links are a list; one that has no total and no last
	// page; or one that has no page numbers, only a cursor.
	Envelope string `alt:"readme|last-page|last-page-top|collection|paginator|simple|cursor"`

	// NextPage is what next_page_url keeps of the query: all of it, or only the page.
	NextPage string `alt:"query|page"`

	// Unknown is what happens to a filter or a sort that the server does not know: it is ignored,
	// or refused with that status.
	Unknown string `alt:"ignored|400|422"`

	// Search is where a search looks: in name and host, or in tags too; or it is ignored, and all
	// rows are listed.
	Search string `alt:"name-host|tags|ignored"`

	// ListRows is what a row of a list shows: everything that a single read shows, or less, without
	// config and tags.
	ListRows string `alt:"full|sparse"`

	// Put is what an update does to the fields that it leaves out: nothing, or it sets them to
	// their defaults, even write-only ones.
	Put string `alt:"merge|replace"`

	// CreateShows is what the response to a create shows: the row as it is, or null for each column
	// that the database filled in.
	CreateShows string `alt:"all|given"`

	// Updated is how the response to an update shows a row that the resource refers to: the new
	// one, or the one that it referred to before.
	Updated string `alt:"fresh|stale"`

	// Created, Deleted and Queued are the statuses of a create, a delete (200 has a body), and a
	// check or a poll.
	Created string `alt:"201|200"`
	Deleted string `alt:"204|200"`
	Queued  string `alt:"200|202"`

	// Events is where alert events are: each kind has its own path and its own numbers, so that
	// both lists can have the same id; or /alert-events lists both kinds, and /monitor-events lists
	// those of the monitors again; or there is no /monitor-events.
	Events string `alt:"apart|shared|one-list"`

	// Repeated is what happens when an acknowledged alert is acknowledged again, or a resolved one
	// resolved: nothing, or it is refused with that status.
	Repeated string `alt:"200|409|422"`

	// LoginRefused is the status of a refused login; 422 is Laravel's own.
	LoginRefused string `alt:"422|401"`

	// Licence is how the server refuses to exceed the licence: 422 with errors, 422 with only a
	// message, or 403.
	Licence string `alt:"422|422-message|403"`

	// LicenceKey is the key of the licence in the system's statistics.
	LicenceKey string `alt:"licence|license"`

	// Guest is how errors look without Accept: application/json. Redirect is plain Laravel: 401
	// redirects to the login page, 422 redirects back to the page before, and everything else is
	// HTML. If there is no route to the login page, 401 becomes an HTML page with the status 500.
	Guest string `alt:"redirect|html|no-login"`

	// Framework is which Laravel it is. It decides what messages say, and whether texts are trimmed
	// of all white space of Unicode or of that of ASCII.
	Framework string `alt:"newer|8"`

	// Refusals is what is checked first: the permission or the input.
	Refusals string `alt:"permission-first|input-first"`

	// Slugs says which of the vendor's pages has the permissions that are checked: the list of
	// endpoints, or the page about roles, which has some of its own.
	Slugs string `alt:"endpoints|roles" of:"permissions"`

	// Names says whether two resources of a kind can have the same name.
	Names string `alt:"free|unique"`

	// ConfigKeys is what happens to a key in a monitor's config that no page of the vendor names:
	// it is kept, or silently dropped.
	ConfigKeys string `alt:"kept|known"`

	// Ingest is the key under which a webhook shows where it takes events: a token, or the URL that
	// contains it.
	Ingest string `alt:"token|ingest_token|url|ingest_url" of:"webhooks"`

	// WebhookAlerts is where the alerts are that the rules of a webhook raise: in no list that a
	// documented route has; or in the list of the alerts of devices, with the webhook {id,name}, or
	// with nothing that says what they are about.
	WebhookAlerts string `alt:"absent|named|bare" of:"webhooks"`

	// Discovered is which keys a result of a discovery has: hostname, ip_address, and services as
	// objects, with the device that it became; or name, address, and the names of services, with
	// whether it was imported.
	Discovered string `alt:"hostname|name" of:"discovery"`

	// Imported is what an import answers with: the device, the device and the monitors, or a
	// message.
	Imported string `alt:"device|both|message" of:"discovery"`

	// Rerun is what happens to a result of a discovery that runs again and finds the same host: it
	// is kept, or replaced by a new one that has not been imported.
	Rerun string `alt:"kept|new" of:"discovery"`

	// Tools is what a network tool answers with: its result; or a job, whose result
	// /tools/jobs/{id} gives later, or no route does.
	Tools string `alt:"result|job|streamed" of:"tools"`

	// Switches is how a webhook and the monitoring of an OID are switched on and off: by an update,
	// or by a route for that alone.
	Switches string `alt:"put|toggle" of:"switches"`

	// Roles is how the roles of a user are written and shown: as role_id and role {id,name}; as the
	// name of the one role; as role_ids, or as ids in roles, both shown as roles [{id,name}]; or as
	// names in roles, or slugs in roles, which the roles then have beside their names.
	Roles string `alt:"role-id|role|role-ids|roles|names|slugs" of:"users"`

	// Emails is how the e-mail address of a user is stored: as it came, or in lower case.
	Emails string `alt:"kept|lower" of:"users"`

	// Scopes is how a user shows the device groups to which the user is restricted: as
	// device_group_ids, or as device_groups [{id,name}].
	Scopes string `alt:"ids|objects" of:"users"`

	// Widgets is how the position of a widget is written and shown: as an object, or as keys of the
	// widget itself.
	Widgets string `alt:"position|flat" of:"dashboards"`

	// Positions is the key of the list that moves widgets.
	Positions string `alt:"positions|widgets" of:"dashboards"`

	// Upload is the name of the part that holds a MIB file, and Digest is what a MIB shows of its
	// content.
	Upload string `alt:"file|mib" of:"mibs"`
	Digest string `alt:"sha256|md5|none" of:"mibs"`

	// EmptyObject is how an empty object is sent: as PHP's empty array, or as an object.
	EmptyObject string `alt:"list|object"`

	// Numbers and Booleans are how these are sent: as they are; decimal fractions as text, as from
	// PostgreSQL; or all as strings, and as 0 and 1, as from other database drivers of PHP.
	Numbers  string `alt:"numbers|decimals|strings"`
	Booleans string `alt:"booleans|integers"`

	// Times is how ISO 8601 is written; the offset is +02:00. Mixed has microseconds in lists and
	// none elsewhere.
	Times string `alt:"z|microseconds|offset|mixed"`

	// PerPage is what happens if a page size is above the cap.
	PerPage string `alt:"clamped|422"`

	// References is how the group and the device of a monitor are shown: as monitor_group
	// {id,name,color}, like the group of a device; as the column monitor_group_id; or as both.
	References string `alt:"objects|ids|both"`

	// Shapes is whether a read shows more than the documented shapes, such as a monitor's interval,
	// timeout, group and tags, and a device's location.
	Shapes string `alt:"full|documented"`

	// Nulls is what a row shows of a column that is null: null, or no key at all, as a Laravel resource
	// with whenNotNull does.
	Nulls string `alt:"shown|left-out"`

	// Channels is the key under which an alert rule takes the ids of its channels. Under channel_ids,
	// it shows them the same way; under channels, as [{id,name}].
	Channels string `alt:"channel-ids|channels" of:"rules"`

	// DeviceAlerts says whether there is /devices/{id}/alerts, which only the README of the
	// official client names.
	DeviceAlerts string `alt:"served|absent"`

	// Results is what the results of a monitor are sent in: the envelope of every list, or only
	// {"data": …}.
	Results string `alt:"envelope|data"`

	// PerPageCap is the size of the largest page. 0 means 100, which is a guess.
	PerPageCap int

	// FilterFields and SortFields are the fields that filter[...] and sort know; all others are
	// unknown. If they are nil, every plain column of a resource is known.
	FilterFields, SortFields []string
}

// A Choice is one field of Alternatives that has named values.
type Choice struct {
	Name   string   // as on the command line: "next-page"
	Values []string // the first is the default
	Of     string   // what it is about: "" is lists and resources of every kind

	index int
}

// Choices returns the alternatives that can be set by name, in the order of the fields of
// [Alternatives].
func Choices() []Choice {
	var choices []Choice
	t := reflect.TypeFor[Alternatives]()
	for i := range t.NumField() {
		if values, ok := t.Field(i).Tag.Lookup("alt"); ok {
			choices = append(choices, Choice{kebab(t.Field(i).Name), strings.Split(values, "|"), t.Field(i).Tag.Get("of"), i})
		}
	}
	return choices
}

// Set changes one alternative by its name, as in Set("next-page", "page").
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

// EachAlternative yields, for every value of every choice except the defaults, its name
// ("put=replace") and the Alternatives in which only this choice differs, so that a test can range
// over all of them. Choices that are about one kind of resource, or about something else that most
// tests do not touch (Choice.Of), come only if of names it.
func EachAlternative(of ...string) iter.Seq2[string, Alternatives] {
	return func(yield func(string, Alternatives) bool) {
		for _, c := range Choices() {
			if c.Of != "" && !slices.Contains(of, c.Of) {
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

// complete fills in the defaults. It panics if a value does not exist, because that is a mistake in
// the calling program.
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
