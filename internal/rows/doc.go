// SPDX-License-Identifier: GPL-3.0-or-later

// Package rows says which rows of a list are wanted, and fetches them. It owns
// what a field of a row is (its path, its values, its text), what a condition
// means, and in which order rows come.
//
// What the server can select by itself only saves requests: each condition is
// decided again on the rows that come, because a server may ignore a filter. A
// condition that no row can show to hold is an error. A list without rows is not.
//
// It must not know modules, the inventory, or where the conditions come from.
package rows
