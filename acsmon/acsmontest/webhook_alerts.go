// SPDX-License-Identifier: MIT

package acsmontest

import (
	"fmt"
	"strconv"
	"strings"
)

// judgeEvent compares what a webhook received with the webhook's rules, which open and resolve
// alerts. No public page says where such alerts are: see Alternatives.WebhookAlerts.
func (s *Server) judgeEvent(webhook row, payload any) {
	if s.alt.WebhookAlerts == "absent" {
		return
	}
	rules := s.tables["webhook-alert-rules"]
	for _, id := range rules.ids {
		rule := rules.row(id)
		if rule["webhook_id"] != webhook["id"] || rule["is_active"] == false {
			continue
		}
		value, found := inPayload(payload, watchedField(rule))
		if !found {
			continue
		}
		s.settleRule(webhook, rule, value, violates(rule, value))
	}
}

// settleRule opens the alert of a rule that has been violated often enough, and resolves the alert
// of a rule that is not violated.
func (s *Server) settleRule(webhook, rule row, value string, violated bool) {
	id := rule["id"].(int64)
	events := s.tables["alert-events"]
	var open row
	for _, event := range events.ids {
		if e := events.row(event); e["webhook_rule_id"] == id && e["status"] != "resolved" {
			open = events.edit(event)
		}
	}
	now := s.now().Format(timeLayout)
	if !violated {
		delete(s.strikes, id)
		if open != nil {
			open["status"], open["resolved_at"] = "resolved", now
		}
		return
	}
	s.strikes[id]++
	if often, _ := rule["consecutive_failures"].(int); open != nil || s.strikes[id] < often {
		return
	}
	events.add(row{
		"severity": rule["severity"], "triggered_at": now, "current_value": value, "webhook_id": webhook["id"], "webhook_rule_id": id,
	})
}

// watchedField is the path in the payload that a rule looks at.
func watchedField(rule row) string {
	if strings.HasPrefix(fmt.Sprint(rule["condition"]), "status_") {
		return "status"
	}
	return fmt.Sprint(rule["payload_field"])
}

// inPayload finds the value at a path of keys joined by dots.
func inPayload(payload any, path string) (value string, found bool) {
	for key := range strings.SplitSeq(path, ".") {
		object, ok := payload.(map[string]any)
		if payload, found = object[key]; !ok || !found {
			return "", false
		}
	}
	return fmt.Sprint(payload), true
}

// violates reports whether a value meets the condition of a rule, which opens an alert.
func violates(rule row, value string) bool {
	threshold := fmt.Sprint(rule["threshold"])
	number, err := strconv.ParseFloat(value, 64)
	bound, boundErr := strconv.ParseFloat(threshold, 64)
	numbers := err == nil && boundErr == nil
	switch rule["condition"] {
	case "status_down":
		return value == "down"
	case "status_up":
		return value == "up"
	case "payload_eq":
		return value == threshold
	case "payload_ne":
		return value != threshold
	case "payload_contains":
		return strings.Contains(value, threshold)
	case "payload_gt":
		return numbers && number > bound
	case "payload_lt":
		return numbers && number < bound
	}
	return false
}

// eventSubject is what an alert event shows of the webhook that it is about.
func eventSubject(s *Server, values row) object {
	webhook := s.tables["webhooks"].row(idOf(values["webhook_id"]))
	if webhook == nil || s.alt.WebhookAlerts != "named" {
		return nil
	}
	return object{{"webhook", object{{"id", webhook["id"]}, {"name", webhook["name"]}}}}
}

// idOf returns an id, or 0, which no row has.
func idOf(v any) int64 {
	id, _ := v.(int64)
	return id
}
