// SPDX-License-Identifier: MIT

package acsmon

import (
	"context"
	"iter"
	"net/http"
	"time"
)

// Monitor is a service monitor.
type Monitor struct {
	Object
	ID                  int64          `json:"id"`
	Name                string         `json:"name"`
	Type                string         `json:"type"` // one of MonitorTypes
	Host                string         `json:"host"`
	Port                int64          `json:"port"`   // 0: none
	Status              string         `json:"status"` // up, down, degraded or unknown
	ResponseTimeMS      float64        `json:"response_time_ms"`
	SSLExpiryAt         *time.Time     `json:"ssl_expiry_at"`
	UptimePercent7d     float64        `json:"uptime_percent_7d"`
	UptimePercent30d    float64        `json:"uptime_percent_30d"`
	ConsecutiveFailures int64          `json:"consecutive_failures"`
	LastCheckedAt       *time.Time     `json:"last_checked_at"`
	Config              map[string]any `json:"config"` // differs by type
}

// MonitorTypes are the types of monitors that the API knows.
var MonitorTypes = []string{"ping", "tcp", "http", "https", "ssl", "ssh", "smtp", "ftp", "pop3", "imap", "dns", "mysql", "redis", "snmp"}

// MonitorResult is the outcome of one check.
type MonitorResult struct {
	Object
	CheckedAt      *time.Time `json:"checked_at"`
	Status         string     `json:"status"`
	ResponseTimeMS float64    `json:"response_time_ms"`
}

// Uptime sums up the checks of a window.
type Uptime struct {
	Object
	UptimePercent float64 `json:"uptime_percent"`
	TotalChecks   int64   `json:"total_checks"`
	FailedChecks  int64   `json:"failed_checks"`
}

// Queued is the server's promise to do something later.
type Queued struct {
	Object
	Queued bool   `json:"queued"`
	JobID  string `json:"job_id"`
}

// Monitors are the service monitors.
type Monitors struct{ Collection[Monitor] }

// Check asks the server to check a monitor soon. The outcome shows later, in the
// monitor's status and in Results.
func (m Monitors) Check(ctx context.Context, id int64) (Queued, error) {
	answer, err := m.client.act(ctx, request{path: under(m.path, id, "check"), permission: "monitors.edit"})
	if err != nil {
		return Queued{}, err
	}
	return decodeRow[Queued](answer)
}

// Results yields the outcomes of a monitor's checks. For the last N, ask for a
// page of N and stop after it.
func (m Monitors) Results(ctx context.Context, id int64, query Query) iter.Seq2[MonitorResult, error] {
	return typedRows[MonitorResult](m.client.walk(ctx, under(m.path, id, "results"), "monitors.view", query))
}

// Uptime sums up a monitor's checks over a window: "7d" or "30d".
func (m Monitors) Uptime(ctx context.Context, id int64, window string) (Uptime, error) {
	answer, err := m.client.object(ctx, request{
		method: http.MethodGet, path: under(m.path, id, "uptime"), query: map[string][]string{"window": {window}}, permission: "monitors.view",
	})
	if err != nil {
		return Uptime{}, err
	}
	return decodeRow[Uptime](answer)
}
