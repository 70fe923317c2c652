// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/alerts"
	"github.com/acsmon/acsmon-ansible/internal/converge"
	"github.com/acsmon/acsmon-ansible/internal/rows"
)

// subjectOptions are the options that select alerts by what they are about, and by their age.
type subjectOptions struct {
	Monitor      string         `ansible:"monitor"`
	Monitors     []string       `ansible:"monitors"`
	MonitorGroup string         `ansible:"monitor_group"`
	Tags         []string       `ansible:"tags"`
	Device       string         `ansible:"device"`
	Devices      []string       `ansible:"devices"`
	DeviceGroup  string         `ansible:"device_group"`
	Linked       bool           `ansible:"linked"`
	Hosts        map[string]any `ansible:"hosts"`
	NamePattern  string         `ansible:"name_pattern"`
	OlderThan    string         `ansible:"older_than"`
	NewerThan    string         `ansible:"newer_than"`
}

// empty says of each of the options whether it is empty.
func (o subjectOptions) empty() map[string]bool {
	return map[string]bool{
		"monitor": converge.Trim(o.Monitor) == "", "monitors": len(o.Monitors) == 0, "monitor_group": converge.Trim(o.MonitorGroup) == "", "tags": len(o.Tags) == 0,
		"device": converge.Trim(o.Device) == "", "devices": len(o.Devices) == 0, "device_group": converge.Trim(o.DeviceGroup) == "",
		"hosts": len(o.Hosts) == 0, "name_pattern": converge.Trim(o.NamePattern) == "",
		"older_than": converge.Trim(o.OlderThan) == "", "newer_than": converge.Trim(o.NewerThan) == "",
	}
}

// checkEmpty returns an error for an option that is empty: it was meant to narrow the selection,
// and must not widen it.
func (o subjectOptions) checkEmpty(s *session) error {
	for _, name := range slices.Sorted(maps.Keys(o.empty())) {
		if o.empty()[name] && s.Given(name) {
			return fmt.Errorf("%s is empty, which selects nothing: leave it out, or skip the task where there is nothing to do", name)
		}
	}
	if o.Linked && !s.Given("device") && !s.Given("devices") && !s.Given("device_group") {
		return errors.New("linked takes the monitors of devices: give device, devices or device_group too")
	}
	return nil
}

// subject is what the selected alerts are about. A nil set of ids means any.
type subject struct {
	options  subjectOptions
	monitors idSet // an alert must be about one of these monitors
	devices  idSet // and about one of these devices,
	linked   idSet // or one of the monitors that are linked to them
	hosts    *hostIDs
	pattern  *regexp.Regexp
	after    time.Time
	before   time.Time
	untimed  bool           // some row does not show when it was triggered
	left     map[string]int // alerts that were left out, by the names of their monitors
	single   []target       // given alone, and must exist
}

type idSet map[string]bool

// hostIDs are the devices and the monitors of hosts.
type hostIDs struct{ devices, monitors idSet }

// resolve looks up what the options name.
func (o subjectOptions) resolve(ctx context.Context, s *session) (*subject, error) {
	subject := &subject{options: o, left: map[string]int{}}
	steps := []func(context.Context, *session) error{subject.setTimes, subject.addMonitors, subject.addDevices, subject.addLinked, subject.addHosts}
	for _, step := range steps {
		if err := step(ctx, s); err != nil {
			return nil, err
		}
	}
	if pattern := converge.Trim(o.NamePattern); pattern != "" {
		subject.pattern = rows.Wildcards(pattern)
	}
	return subject, nil
}

func (t *subject) setTimes(context.Context, *session) error {
	for _, age := range []struct {
		option, text string
		into         *time.Time
	}{{"older_than", t.options.OlderThan, &t.before}, {"newer_than", t.options.NewerThan, &t.after}} {
		if age.text == "" {
			continue
		}
		duration, ok := parseAge(age.text)
		if !ok {
			return fmt.Errorf("%s is %q: give a duration such as 90s, 30m, 2h, 1d or 1d12h", age.option, age.text)
		}
		*age.into = time.Now().Add(-duration)
	}
	return nil
}

func (t *subject) addMonitors(ctx context.Context, s *session) error {
	o := t.options
	if err := t.addSingle(ctx, target{"monitor", converge.Trim(o.Monitor), s.expected(s.client.Monitors.Fields())}, &t.monitors); err != nil {
		return err
	}
	if err := addNamed(ctx, s, monitors, o.Monitors, &t.monitors); err != nil {
		return err
	}
	return addMembers(ctx, s, monitor, "monitor_group", o.MonitorGroup, tagged(o.Tags), s.expected(s.client.Monitors.Fields()), &t.monitors)
}

func (t *subject) addDevices(ctx context.Context, s *session) error {
	o := t.options
	if err := t.addSingle(ctx, target{"device", converge.Trim(o.Device), s.expected(s.client.Devices.Fields())}, &t.devices); err != nil {
		return err
	}
	if err := addNamed(ctx, s, devices, o.Devices, &t.devices); err != nil {
		return err
	}
	return addMembers(ctx, s, device, "device_group", o.DeviceGroup, nil, s.expected(s.client.Devices.Fields()), &t.devices)
}

// addSingle narrows ids to the target, if there is one.
func (t *subject) addSingle(ctx context.Context, one target, ids *idSet) error {
	id, err := one.id(ctx)
	if err != nil || id == 0 {
		return err
	}
	t.single = append(t.single, one)
	ids.narrow([]int64{id})
	return nil
}

// addNamed narrows ids to those of the references, if there are any.
func addNamed(ctx context.Context, s *session, to link, references []string, ids *idSet) error {
	if len(references) == 0 {
		return nil
	}
	trimmed := make([]string, len(references))
	for i, reference := range references {
		trimmed[i] = converge.Trim(reference)
	}
	found, err := converge.ResolveAll(ctx, s.named(to), to.kind, trimmed, "name")
	if err != nil {
		return err
	}
	ids.narrow(found)
	return nil
}

// addMembers narrows ids to those that are in a group and meet the conditions, if either is given.
func addMembers(
	ctx context.Context, s *session, of resource, option, group string, conditions []rows.Condition, list rows.List, ids *idSet,
) error {
	if s.Given(option) {
		id, err := resolveGiven(ctx, s, option, of.links["group"], group)
		if err != nil {
			return err
		}
		field := of.kind.Field("group")
		conditions = append(conditions, rows.Condition{Option: option, Filter: field.Send, Paths: field.Read, Wanted: []any{id}})
	}
	if len(conditions) == 0 {
		return nil
	}
	found, err := rows.Selection{Kind: of.kind.Name, Conditions: conditions}.Fetch(ctx, list)
	if err != nil {
		return err
	}
	ids.narrow(idsOf(found))
	return nil
}

// addLinked finds the monitors that are linked to the selected devices.
func (t *subject) addLinked(ctx context.Context, s *session) error {
	if !t.options.Linked {
		return nil
	}
	field := monitor.kind.Field("device")
	wanted := rows.Condition{Option: "linked", Filter: field.Send, Paths: field.Read}
	for _, id := range slices.Sorted(maps.Keys(t.devices)) {
		wanted.Wanted = append(wanted.Wanted, id)
	}
	found, err := rows.Selection{Kind: "monitor", Conditions: []rows.Condition{wanted}}.Fetch(ctx, s.expected(s.client.Monitors.Fields()))
	if err != nil {
		return err
	}
	t.linked.narrow(idsOf(found))
	return nil
}

// addHosts finds the devices and the monitors that have an address or a name of the hosts.
func (t *subject) addHosts(ctx context.Context, s *session) error {
	if len(t.options.Hosts) == 0 {
		return nil
	}
	called := hostNames(t.options.Hosts)
	t.hosts = &hostIDs{idSet{}, idSet{}}
	for _, part := range []struct {
		list  rows.List
		ids   idSet
		names func(acsmon.Fields) []any
	}{
		{s.expected(s.client.Devices.Fields()), t.hosts.devices, func(row acsmon.Fields) []any { return []any{row["name"], row["ip_address"]} }},
		{s.expected(s.client.Monitors.Fields()), t.hosts.monitors, func(row acsmon.Fields) []any {
			return []any{row["host"], row["name"], monitor.kind.Field("device").LinkName(row)}
		}},
	} {
		found, err := rows.Listed(ctx, part.list, acsmon.Query{})
		if err != nil {
			return err
		}
		for _, row := range found {
			if slices.ContainsFunc(part.names(row), func(name any) bool { return called[canonicalHost(rows.Text(name))] != "" }) {
				part.ids[strconv.FormatInt(row.ID(), 10)] = true
			}
		}
	}
	return nil
}

// narrow keeps in a set what is also among ids; a set that means any becomes ids.
func (s *idSet) narrow(ids []int64) {
	narrowed := idSet{}
	for _, id := range ids {
		if text := strconv.FormatInt(id, 10); *s == nil || (*s)[text] {
			narrowed[text] = true
		}
	}
	*s = narrowed
}

func idsOf(found []acsmon.Fields) []int64 {
	ids := make([]int64, len(found))
	for i, row := range found {
		ids[i] = row.ID()
	}
	return ids
}

// meets reports whether an alert is about what is selected, and of the wanted age.
func (t *subject) meets(row acsmon.Fields) bool {
	a := alerts.Alert{Row: row}
	ofMonitor, ofDevice := a.Reference(alerts.Monitor), a.Reference(alerts.Device)
	switch {
	case t.monitors != nil && !t.monitors[ofMonitor]:
		return false
	case t.devices != nil && !t.devices[ofDevice] && !t.linked[ofMonitor]:
		if name := a.Name(alerts.Monitor); name != "" && t.monitors == nil {
			t.left[name]++
		}
		return false
	case t.hosts != nil && !t.hosts.devices[ofDevice] && !t.hosts.monitors[ofMonitor]:
		return false
	case t.pattern != nil && !slices.ContainsFunc([]string{alerts.Monitor, alerts.Device, alerts.Webhook}, func(kind string) bool { return t.pattern.MatchString(a.Name(kind)) }):
		return false
	}
	return t.meetsTimes(row)
}

func (t *subject) meetsTimes(row acsmon.Fields) bool {
	if t.before.IsZero() && t.after.IsZero() {
		return true
	}
	at, err := acsmon.ParseTime(rows.Text(row["triggered_at"]))
	if err != nil {
		t.untimed = true
		return false
	}
	return (t.before.IsZero() || at.Before(t.before)) && (t.after.IsZero() || at.After(t.after))
}

// verdict says what is wrong with the selection, after all alerts were checked: found is how many
// of them met it.
func (t *subject) verdict(ctx context.Context, s *session, found int) error {
	if t.untimed {
		return errors.New("the server does not show when an alert was triggered, so older_than and newer_than cannot be applied: select without them")
	}
	t.warnOfLeft(s)
	if found > 0 {
		return nil
	}
	var missing []error
	for _, one := range t.single {
		missing = append(missing, one.missing(ctx))
	}
	return errors.Join(missing...)
}

// warnOfLeft warns about alerts of monitors that have the name of a selected device: they may be
// meant too.
func (t *subject) warnOfLeft(s *session) {
	if t.options.Linked {
		return
	}
	var names []string
	for _, given := range append([]string{t.options.Device}, t.options.Devices...) {
		device := strings.ToLower(converge.Trim(given))
		if _, isID := converge.ParseID(device); isID || device == "" {
			continue
		}
		for name, count := range t.left {
			if strings.Contains(strings.ToLower(name), device) {
				names = append(names, fmt.Sprintf("%d of monitor %q", count, name))
			}
		}
	}
	if len(names) > 0 {
		slices.Sort(names)
		s.Warnf("These alerts are left out, because they are about monitors that have the name of a selected device: %s. Set linked: true to include the monitors that are linked to the device.",
			strings.Join(shortened(slices.Compact(names)), ", "))
	}
}

var (
	age     = regexp.MustCompile(`^([0-9]+[smhdw]?)+$`)
	agePart = regexp.MustCompile(`([0-9]+)([smhdw]?)`)
	ageUnit = map[string]time.Duration{"": time.Second, "s": time.Second, "m": time.Minute, "h": time.Hour, "d": 24 * time.Hour, "w": 7 * 24 * time.Hour}
)

// oldest is an age that no alert has. Larger sums would overflow.
const oldest = 100 * 365 * 24 * time.Hour

// parseAge parses a duration such as 90, 90s, 30m, 2h, 1d or 1d12h.
func parseAge(text string) (sum time.Duration, ok bool) {
	text = strings.ToLower(strings.ReplaceAll(converge.Trim(text), " ", ""))
	if !age.MatchString(text) {
		return 0, false
	}
	for _, part := range agePart.FindAllStringSubmatch(text, -1) {
		number, err := strconv.ParseInt(part[1], 10, 32)
		if err != nil || float64(number)*ageUnit[part[2]].Seconds() > oldest.Seconds() || sum > oldest {
			return 0, false
		}
		sum += time.Duration(number) * ageUnit[part[2]]
	}
	return sum, true
}
