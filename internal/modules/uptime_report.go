// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/ansible"
	"github.com/acsmon/acsmon-ansible/internal/converge"
	"github.com/acsmon/acsmon-ansible/internal/report"
	"github.com/acsmon/acsmon-ansible/internal/rows"
)

// uptimeReportOptions are the options of acsmon_uptime_report.
type uptimeReportOptions struct {
	selectionOptions `ansible:",squash"`
	monitorOptions   `ansible:",squash"`
	Window           string  `ansible:"window"`
	FailedChecks     bool    `ansible:"failed_checks"`
	Target           float64 `ansible:"target"`
	Title            string  `ansible:"title"`
	CSVDest          string  `ansible:"csv_dest"`
	HTMLDest         string  `ansible:"html_dest"`
	Mode             any     `ansible:"mode"`
}

func runUptimeReport(ctx context.Context, s *session) (ansible.Result, error) {
	var o uptimeReportOptions
	if err := s.Decode(&o); err != nil {
		return nil, err
	}
	if o.Target <= 0 || o.Target > 100 {
		return nil, fmt.Errorf("target is %v: it must be a percentage above 0 and up to 100", o.Target)
	}
	outputs, err := o.outputs()
	if err != nil {
		return nil, err
	}
	made, planned, err := o.gather(ctx, s)
	if err != nil {
		return nil, err
	}
	result := reportData(made)
	result["planned_requests"], result["estimated_seconds"] = planned.requests, int(planned.wait.Seconds())
	return result, write(s.Task, outputs, made.As, result)
}

// outputs are the files that the task names. All of them can be written. This is checked before
// anything is fetched, because fetching may take minutes.
func (o uptimeReportOptions) outputs() ([]output, error) {
	var outputs []output
	for _, file := range []struct{ format, path string }{{"csv", o.CSVDest}, {"html", o.HTMLDest}} {
		if file.path == "" {
			continue
		}
		destination, err := newDestination(file.format+"_dest", file.path, o.Mode)
		if err != nil {
			return nil, err
		}
		outputs = append(outputs, output{destination, file.format})
	}
	if len(outputs) == 2 && outputs[0].path == outputs[1].path {
		return nil, fmt.Errorf("csv_dest and html_dest are both %s: name two files", outputs[0].path)
	}
	return outputs, nil
}

// site is an origin as people write it, without the default port.
func site(origin string) string {
	scheme, _, _ := strings.Cut(origin, ":")
	return strings.TrimSuffix(origin, map[string]string{"https": ":443", "http": ":80"}[scheme])
}

// plan is what the failed checks cost.
type plan struct {
	requests int
	wait     time.Duration
}

// gather fetches what is selected, and the checks if the task asks for them.
func (o uptimeReportOptions) gather(ctx context.Context, s *session) (report.Uptime, plan, error) {
	made := report.Uptime{Title: converge.Trim(o.Title), Server: site(s.client.Origin()), Days: 7, Target: o.Target, Checks: o.FailedChecks}
	if o.Window == "30d" {
		made.Days = 30
	}
	if made.Title == "" {
		made.Title = fmt.Sprintf("Uptime over %d days", made.Days)
	}
	found, err := o.fetch(ctx, s, o.selectionOptions)
	if err != nil {
		return made, plan{}, err
	}
	planned := plan{len(found), converge.Wait(s.client.Limit(), len(found))}
	if o.FailedChecks {
		uptime := monitorInfoOptions{Include: []string{"uptime"}, Window: o.Window}.extras(s.client)
		if err := addExtras(ctx, s, "failed_checks", "monitor", found, uptime); err != nil {
			return made, planned, err
		}
	}
	if field := "uptime_percent_" + o.Window; len(found) > 0 && !o.FailedChecks && !rows.Show(found, field) {
		s.Warnf("The server does not show %s in its list, so the report has no data: set failed_checks to true, which reads each monitor.", field)
	}
	groups, err := linkNames(ctx, s, monitor, "group", found)
	if err != nil {
		return made, planned, err
	}
	for i, row := range found {
		reported := o.reported(s, s.connection.RedactRow(row))
		reported.Group = s.connection.Redact(groups[i])
		made.Monitors = append(made.Monitors, reported)
	}
	return report.NewUptime(made), planned, nil
}

// reported is a monitor as the report has it.
func (o uptimeReportOptions) reported(s *session, row acsmon.Fields) report.Monitor {
	m := report.Monitor{
		ID: row.ID(), Name: rows.Text(row["name"]), Type: rows.Text(row["type"]),
		Status: rows.Text(row["status"]), Paused: rows.IsFalse(row["is_active"]),
		Uptime7d: uptimeOf(s, row.ID(), row, "uptime_percent_7d"), Uptime30d: uptimeOf(s, row.ID(), row, "uptime_percent_30d"),
	}
	checks, ok := row["uptime"].(acsmon.Fields)
	if !ok || !o.FailedChecks {
		return m
	}
	m.TotalChecks, m.FailedChecks = wholeOf(checks["total_checks"]), wholeOf(checks["failed_checks"])
	ofWindow := &m.Uptime7d
	if o.Window == "30d" {
		ofWindow = &m.Uptime30d
	}
	if *ofWindow == nil {
		*ofWindow = uptimeOf(s, row.ID(), checks, "uptime_percent")
	}
	return m
}

// uptimeOf returns a percentage of a monitor; nil if the server has none, or something else.
func uptimeOf(s *session, monitor int64, fields acsmon.Fields, field string) *float64 {
	shown := rows.Text(fields[field])
	if shown == "" {
		return nil
	}
	percent, err := strconv.ParseFloat(shown, 64)
	if err != nil || !(percent >= 0 && percent <= 100) {
		s.Warnf("The server gives %q as %s of monitor %d, which is not a percentage: the report has no data there.", shown, field, monitor)
		return nil
	}
	return &percent
}

// wholeOf returns a count; nil if the server has none.
func wholeOf(value any) *int64 {
	n, err := strconv.ParseFloat(rows.Text(value), 64)
	if err != nil || !(n >= 0 && n < 1<<53) {
		return nil
	}
	whole := int64(n)
	return &whole
}

// reportData is a report as data.
func reportData(made report.Uptime) ansible.Result {
	monitors := make([]map[string]any, len(made.Monitors))
	for i, m := range made.Monitors {
		monitors[i] = map[string]any{
			"id": m.ID, "name": m.Name, "type": m.Type, "group": m.Group, "status": m.Status, "is_active": !m.Paused,
			"uptime_percent_7d": m.Uptime7d, "uptime_percent_30d": m.Uptime30d,
		}
		if made.Checks {
			monitors[i]["total_checks"], monitors[i]["failed_checks"] = m.TotalChecks, m.FailedChecks
		}
	}
	s := made.Summary()
	bands := make([]map[string]any, len(s.Bands))
	for i, b := range s.Bands {
		bands[i] = map[string]any{"from_percent": b.From, "monitors": b.Monitors}
	}
	summary := map[string]any{
		"title": made.Title, "window": fmt.Sprintf("%dd", made.Days), "target": made.Target, "monitors": s.Monitors, "below_target": s.BelowTarget,
		"paused": s.Paused, "without_data": s.Unknown, "mean_percent_7d": s.Mean7d, "mean_percent_30d": s.Mean30d, "distribution": bands,
	}
	if made.Checks {
		summary["total_checks"], summary["failed_checks"] = s.TotalChecks, s.FailedChecks
	}
	return ansible.Result{"monitors": monitors, "summary": summary}
}
