// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/ansible"
	"github.com/acsmon/acsmon-ansible/internal/report"
	"github.com/acsmon/acsmon-ansible/internal/rows"
	"github.com/acsmon/acsmon-ansible/internal/untrusted"
)

// deviceReportOptions are the options of acsmon_device_report.
type deviceReportOptions struct {
	selectionOptions `ansible:",squash"`
	deviceOptions    `ansible:",squash"`
	Dest             string `ansible:"dest"`
	Format           string `ansible:"format"`
	Prefix           string `ansible:"prefix"`
	Mode             any    `ansible:"mode"`
}

// record is a device as a CMDB has it.
type record struct {
	ExternalID  string  `json:"external_id"`
	Hostname    *string `json:"hostname"`
	IP          *string `json:"ip"`
	Status      *string `json:"status"`
	DeviceType  *string `json:"device_type"`
	DeviceGroup *string `json:"device_group"`
	LastSeen    *string `json:"last_seen"`
}

// stamped is a record in a file, which says from where and when it is.
type stamped struct {
	record
	Server    string `json:"server"`
	Generated string `json:"generated"`
}

func runDeviceReport(ctx context.Context, s *session) (ansible.Result, error) {
	var o deviceReportOptions
	if err := s.Decode(&o); err != nil {
		return nil, err
	}
	destination, err := newDestination("dest", o.Dest, o.Mode)
	if err != nil {
		return nil, err
	}
	found, err := o.fetch(ctx, s, o.selectionOptions)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(found, func(a, b acsmon.Fields) int { return cmp.Compare(a.ID(), b.ID()) })
	records := make([]record, len(found))
	groups, err := linkNames(ctx, s, device, "group", found)
	if err != nil {
		return nil, err
	}
	for i, row := range found {
		records[i] = o.record(s.connection.RedactRow(row))
		records[i].DeviceGroup = given(s.connection.Redact(groups[i]))
	}
	result := ansible.Result{"records": records}
	return result, write(s.Task, []output{{destination, o.Format}}, func(form string, at time.Time) ([]byte, error) {
		stamp := report.Stamp{Server: site(s.client.Origin()), At: at}
		if form == "csv" {
			return recordsAsCSV(stamp, records), nil
		}
		return recordsAsJSON(stamp, records)
	}, result)
}

func (o deviceReportOptions) record(row acsmon.Fields) record {
	return record{
		ExternalID: fmt.Sprint(o.Prefix, row.ID()), Hostname: given(rows.Text(row["name"])), IP: given(rows.Text(row["ip_address"])), Status: given(rows.Text(row["status"])),
		DeviceType: given(rows.Text(row["device_type"])), LastSeen: given(rows.Text(row["last_polled_at"])),
	}
}

// given returns a text, or nil if it is empty.
func given(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// recordsAsJSON returns an array with one record on each line. Characters that control a terminal
// are escaped, which is the same text in JSON.
func recordsAsJSON(stamp report.Stamp, records []record) ([]byte, error) {
	lines := make([][]byte, len(records))
	for i, record := range records {
		var err error
		if lines[i], err = json.Marshal(stamped{record, stamp.Server, stamp.Time()}); err != nil {
			return nil, err
		}
	}
	return []byte(untrusted.Visible("[\n" + string(bytes.Join(lines, []byte(",\n"))) + "\n]\n")), nil
}

func recordsAsCSV(stamp report.Stamp, records []record) []byte {
	lines := make([][]string, len(records))
	for i, r := range records {
		lines[i] = []string{r.ExternalID}
		for _, text := range []*string{r.Hostname, r.IP, r.Status, r.DeviceType, r.DeviceGroup, r.LastSeen} {
			lines[i] = append(lines[i], *cmp.Or(text, new(string)))
		}
	}
	return stamp.CSV([]string{"external_id", "hostname", "ip", "status", "device_type", "device_group", "last_seen"}, lines)
}
