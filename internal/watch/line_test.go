// SPDX-License-Identifier: GPL-3.0-or-later

package watch

import (
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/alerts"
)

// A server may show the whole monitor in an alert, with the secrets of its config.
func TestALineHidesSecretsOfWhatTheAlertIsAbout(t *testing.T) {
	line, err := newLine("https://monitoring.example.com:443", Opened, alerts.Alert{Source: "webhook", Row: acsmon.Fields{
		"id": 1, "monitor": map[string]any{"id": 3, "config": map[string]any{"headers": map[string]any{"Authorization": "Bearer s3cret"}}},
		"webhook": map[string]any{"id": 7, "name": "Backups", "ingest_url": "https://m.example.com/api/v1/webhook-ingest/s3cret"},
	}}).encode()
	if err != nil || strings.Contains(string(line), "s3cret") || !strings.Contains(string(line), `"webhook":{"id":7,`) || !strings.Contains(string(line), `"webhook_id":7`) {
		t.Errorf("the line is %s (%v)", line, err)
	}
}
