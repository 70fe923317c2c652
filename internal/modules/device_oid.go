// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/ansible"
	"github.com/acsmon/acsmon-ansible/internal/converge"
	"github.com/acsmon/acsmon-ansible/internal/rows"
	"github.com/acsmon/acsmon-ansible/internal/untrusted"
)

// deviceOID declares acsmon_device_oid. No public page names the keys of an OID: their names are
// only here.
var deviceOID = resource{
	name: "acsmon_device_oid",
	key:  "device_oid",
	kind: converge.Kind{
		Name:     "OID",
		Fields:   []converge.Field{{Name: "oid"}, {Name: "name"}, {Name: "unit"}, {Name: "is_monitored"}},
		Required: []string{"oid", "name"},
		Identity: "oid",
	},
	rules: ansible.Rules{
		RequiredOneOf: [][]string{{"id", "oid", "match"}},
		MutuallyExclusive: [][]string{
			{"match", "id"}, {"match", "oid"}, {"match", "name"}, {"match", "unit"}, {"match", "fields"}, {"match", "create_only"},
		},
	},
	under: &parent{"device", devices, func(c *acsmon.Client, device int64) converge.Store {
		return switched{c.OIDs.Of(device), "is_monitored", func(ctx context.Context, id int64) error {
			_, err := c.OIDs.ToggleMonitor(ctx, id)
			return err
		}}
	}},
}

// runDeviceOID makes one OID what it should be, or all that match.
func runDeviceOID(ctx context.Context, s *session) (ansible.Result, error) {
	if !s.Given("match") {
		return work(deviceOID.run).locked(ctx, s)
	}
	var o matchOptions
	if err := s.Decode(&o); err != nil {
		return nil, err
	}
	return o.run(ctx, s)
}

// matchOptions are what acsmon_device_oid is told of OIDs that a walk has found.
type matchOptions struct {
	State        string   `ansible:"state"`
	Match        []string `ansible:"match"`
	IsMonitored  *bool    `ansible:"is_monitored"`
	WaitTimeout  float64  `ansible:"wait_timeout"`
	PollInterval float64  `ansible:"poll_interval"`
}

func (o matchOptions) check() error {
	switch {
	case len(o.Match) == 0:
		return errors.New("match is empty, which selects nothing: give patterns, or skip the task where there is nothing to do")
	case o.State == "present" && o.IsMonitored == nil:
		return errors.New("match says which OIDs are meant, and nothing says what they should be: give is_monitored, or state: absent")
	case o.WaitTimeout < 0 || o.PollInterval <= 0:
		return errors.New("wait_timeout must be 0 or more, and poll_interval must be more than 0")
	}
	return nil
}

// run makes the OIDs what they should be, as soon as the walk has found one for each pattern. While
// it waits for that, other tasks can write.
func (o matchOptions) run(ctx context.Context, s *session) (ansible.Result, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	store, err := deviceOID.open(ctx, s)
	if err != nil {
		return nil, err
	}
	device := store.(owned)
	if !s.CheckMode { // what is waited for is not in a list that others have read
		device.Store = deviceOID.under.store(s.client, device.id)
	}
	for until := time.Now().Add(seconds(o.WaitTimeout)); ; {
		result, err := work(func(ctx context.Context, s *session) (ansible.Result, error) { return o.attempt(ctx, s, device) }).locked(ctx, s)
		left := time.Until(until)
		if !errors.As(err, new(*unmatchedError)) || left <= 0 {
			return result, err
		}
		if err := pause(ctx, min(left, seconds(o.PollInterval))); err != nil {
			return nil, err
		}
	}
}

// unmatchedError is a pattern that matches no OID of a device.
type unmatchedError struct {
	device   int64
	patterns []string
}

func (e *unmatchedError) Error() string {
	return fmt.Sprintf("no OID of device %d matches %s: check match, have the device walked, or wait longer with wait_timeout", e.device, strings.Join(e.patterns, ", "))
}

func (o matchOptions) attempt(ctx context.Context, s *session, device owned) (ansible.Result, error) {
	found, missing, err := o.find(ctx, device)
	if err != nil {
		return nil, err
	}
	if len(missing) > 0 && o.State == "present" {
		if !s.CheckMode {
			return nil, &unmatchedError{device.id, missing}
		}
		s.Warnf("no OID of the device matches %s, and in check mode nothing walks it", strings.Join(missing, ", "))
	}
	return o.converge(ctx, s, device, found)
}

// find fetches the OIDs that match, and says which patterns match none.
func (o matchOptions) find(ctx context.Context, device owned) (found []acsmon.Fields, missing []string, err error) {
	all, err := acsmon.Collect(device.List(ctx, acsmon.Query{}))
	if err != nil {
		return nil, nil, err
	}
	used := map[string]bool{}
	for _, row := range all {
		matches := false
		for _, pattern := range o.Match {
			p := wildcards(pattern)
			if p.MatchString(rows.Text(row["oid"])) || p.MatchString(rows.Text(row["name"])) {
				matches, used[pattern] = true, true
			}
		}
		if matches {
			found = append(found, row)
		}
	}
	for _, pattern := range o.Match {
		if !used[pattern] {
			missing = append(missing, strconv.Quote(pattern))
		}
	}
	return found, missing, nil
}

// converge makes the OIDs what they should be, one request for each that differs.
func (o matchOptions) converge(ctx context.Context, s *session, device owned, found []acsmon.Fields) (ansible.Result, error) {
	device.Store = fetched{device.Store, found}
	section := &converge.Section{Engine: deviceOID.engine(s.stores, device), Name: "match"}
	for _, row := range found {
		item := converge.Item{ID: row.ID(), Absent: o.State == "absent", Desired: map[string]any{}}
		if !item.Absent {
			item.Desired["is_monitored"] = *o.IsMonitored
		}
		section.Items = append(section.Items, item)
	}
	batch := &converge.Batch{Sections: []*converge.Section{section}, Shown: untrusted.Visible, ShownKey: untrusted.Key}
	steps, err := batch.Plan(ctx)
	if err != nil {
		return nil, err
	}
	sub := &subresources{children: children{option: "device_oids"}, s: s, batch: batch, steps: steps}
	result := ansible.Result{"changed": sub.changes() > 0}
	if sub.changes() > 0 {
		before, after := map[string]any{}, map[string]any{}
		sub.diff(before, after)
		result["diff"] = map[string]any{"before": before, "after": after}
	}
	if !s.CheckMode {
		if err = converge.Affordable(ctx, s.client.Limit(), sub.changes()); err != nil {
			return nil, err
		}
		result["changed"], err = sub.apply(ctx, device.id, false)
	}
	if sub.show(result); o.State == "absent" {
		result["device_oids"] = resultRows(found)
	}
	return result, err
}

// fetched is a list of which some rows have just been fetched.
type fetched struct {
	converge.Store
	rows []acsmon.Fields
}

// List yields these rows.
func (f fetched) List(context.Context, acsmon.Query) iter.Seq2[acsmon.Fields, error] {
	return func(yield func(acsmon.Fields, error) bool) {
		for _, row := range f.rows {
			if !yield(row, nil) {
				return
			}
		}
	}
}
