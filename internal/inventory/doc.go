// SPDX-License-Identifier: GPL-3.0-or-later

// Package inventory makes Ansible's inventory of what an ACS Monitor watches.
//
// The data flows one way:
//
//	settings (settings.go)
//	-> rows, from the server (rows.go) or the cache (cache.go)
//	-> records: what is wanted (filter.go), what belongs together (join.go)
//	-> hosts: names (name.go), groups and variables (host.go)
//	-> JSON for Ansible (output.go, encode.go), or text for people (explain.go)
//
// It owns the inventory-script protocol (--list, --host), the inventory's
// settings and its cache. It must not know where credentials come from
// (internal/settings) or how lists are read (acsmon). The settings are those that
// the documentation of the inventory plugin says: there is no second table.
//
// The inventory plugin runs the same executable, with its settings on standard
// input, and reads the same JSON.
//
// # Trust
//
// Everything that the server says is a stranger's data. It reaches Ansible in
// three ways only, each with one guard: as a value, through [encoder]; as the
// name of a host or a group, through name.go; as the address of a host, through
// [address]. Ansible would evaluate templates in values, patterns in names, and
// ssh options in addresses.
package inventory
