// SPDX-License-Identifier: GPL-3.0-or-later

// Package inventory makes Ansible's inventory of what an ACS Monitor watches.
//
// The data flows one way:
//
//	settings (settings.go) -> rows, from the server or the cache (rows.go)
//	-> hosts: names, groups, variables (host.go, name.go) -> JSON (output.go)
//
// It owns the inventory-script protocol (--list, --host), the inventory's
// settings and its cache. It must not know where credentials come from
// (internal/settings) or how lists are read (acsmon).
//
// # Trust
//
// Everything that the server says is a stranger's data. It reaches Ansible in
// three ways only, each with one guard: as a value, through [encoder]; as the
// name of a host or a group, through name.go; as the address of a host, through
// [address]. Ansible would evaluate templates in values, patterns in names, and
// ssh options in addresses.
package inventory
