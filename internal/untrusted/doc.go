// SPDX-License-Identifier: GPL-3.0-or-later

// Package untrusted owns what happens to text that a server, or anybody who may write to it, has
// written, before that text leaves.
//
// Text leaves through these doors, and each door has its guard. A new door gets a line here.
//
//	door                what could happen                    guard
//	terminal            control sequences, reordered text    Visible, in each command
//	module result       the same, where Ansible prints it;   Visible and Key, in ansible.Module
//	                    keys that Ansible obeys
//	inventory           templates, keys that Ansible obeys,  Evaluates and VariableKey, in the inventory's encoder; names
//	                    options of ssh                       and addresses are made safe there too
//	event               templates, in two evaluations        Inert and InertValue, in watch.Line
//	YAML of an export   templates, other types, secrets      Evaluates and quotes, in export.Playbook
//	CSV                 formulas                             Cell, in report.Stamp
//	HTML                markup, scripts                      Line and escaping, in internal/report, and the page's policy
//	JSON of records     control sequences                    Visible, in acsmon_device_report
//	message of an error control sequences, long text         the client's own cleaning, then that of the door it leaves by
//	ACSMON_DEBUG        the same                             quotes, in internal/settings; a file of its user's own
//
// Secrets could leave through each of them as well, because a server may repeat them. One [Secrets]
// serves all doors of a run. The client redacts what becomes part of an error, before it is cut;
// the inventory, acsmon watch, acsmon export and the reports redact rows before they use them; a
// module redacts its result; commands redact what they print. [SecretKeys] hide what no option
// marks. No module writes [Mask] or [NoLog], which replace a secret: ansible.Spec.Validate refuses
// them.
//
// The package knows no door: nothing of Ansible's protocol, of files or of the server.
package untrusted
