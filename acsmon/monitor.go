// SPDX-License-Identifier: MIT

package acsmon

import (
	"context"
	"iter"
	"net/http"
	"net/url"
	"time"
)

// Monitor is a service monitor.
type Monitor struct {
	Object
	ID                  int64
	Name                string
	Type                string // one of MonitorTypes
	Host                string
	Port                int64  // 0 if there is none
	Status              string // up, down, degraded or unknown
	ResponseTimeMS      float64
	SSLExpiryAt         *time.Time
	UptimePercent7d     float64
	UptimePercent30d    float64
	ConsecutiveFailures int64
	LastCheckedAt       *time.Time
	Config              map[string]any // differs by type
}

func (m *Monitor) from(r *row) {
	*m = Monitor{
		Object:              Object{r.fields},
		ID:                  r.whole("id"),
		Name:                r.text("name"),
		Type:                r.text("type"),
		Host:                r.text("host"),
		Port:                r.whole("port"),
		Status:              r.text("status"),
		ResponseTimeMS:      r.number("response_time_ms"),
		SSLExpiryAt:         r.time("ssl_expiry_at"),
		UptimePercent7d:     r.number("uptime_percent_7d"),
		UptimePercent30d:    r.number("uptime_percent_30d"),
		ConsecutiveFailures: r.whole("consecutive_failures"),
		LastCheckedAt:       r.time("last_checked_at"),
		Config:              r.object("config"),
	}
}

// MonitorTypes are the types of monitors that the API knows.
var MonitorTypes = []string{"ping", "tcp", "http", "https", "ssl", "ssh", "smtp", "ftp", "pop3", "imap", "dns", "mysql", "redis", "snmp"}

// MonitorResult is the outcome of one check.
type MonitorResult struct {
	Object
	CheckedAt      *time.Time
	Status         string
	ResponseTimeMS float64
}

func (m *MonitorResult) from(r *row) {
	*m = MonitorResult{Object{r.fields}, r.time("checked_at"), r.text("status"), r.number("response_time_ms")}
}

// Uptime sums up the checks of a period.
type Uptime struct {
	Object
	UptimePercent float64
	TotalChecks   int64
	FailedChecks  int64
}

func (u *Uptime) from(r *row) {
	*u = Uptime{Object{r.fields}, r.number("uptime_percent"), r.whole("total_checks"), r.whole("failed_checks")}
}

// Queued is the server's promise to do something later.
type Queued struct {
	Object
	Queued bool
	JobID  string
}

func (q *Queued) from(r *row) {
	*q = Queued{Object{r.fields}, r.truth("queued"), r.text("job_id")}
}

// Monitors are the service monitors.
type Monitors struct {
	TypedCollection[Monitor, MonitorInput]
}

// Check asks the server to check a monitor soon. The outcome appears later, in the monitor's status
// and in Results. If the response says no more than that it is done, Check returns the zero value.
func (m Monitors) Check(ctx context.Context, id int64) (Queued, error) {
	return ask[Queued](ctx, m.client, request{
		method: http.MethodPost, path: under(m.path, id, "check"), permission: "monitors.edit", silent: true,
	}, unmarshalDone)
}

// Results yields the outcomes of a monitor's checks, the newest first. For the last N, ask for a
// page of N and stop after N rows.
func (m Monitors) Results(ctx context.Context, id int64, query Query) iter.Seq2[MonitorResult, error] {
	return walk[MonitorResult](ctx, m.client, under(m.path, id, "results"), "monitors.view", query)
}

// Uptime sums up a monitor's checks over a period: "7d" or "30d".
func (m Monitors) Uptime(ctx context.Context, id int64, window string) (Uptime, error) {
	return ask[Uptime](ctx, m.client, request{
		method: http.MethodGet, path: under(m.path, id, "uptime"), query: url.Values{"window": {window}}, permission: "monitors.view",
	}, unmarshalObject)
}
