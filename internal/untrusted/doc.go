// SPDX-License-Identifier: GPL-3.0-or-later

// Package untrusted owns what becomes of text that a server wrote, or anybody who may write to it, before it leaves.
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
//	CSV                 formulas                             Cell, in report.CSV
//	HTML                markup, scripts                      Line and escaping, in internal/report, and the page's policy
//	message of an error control sequences, long text         the client's own cleaning, then that of the door it leaves by
//
// It also owns the masks that stand for a secret: what a text holds that no module may write.
//
// It knows no door: nothing of Ansible's protocol, of files or of the server.
package untrusted
