// SPDX-License-Identifier: GPL-3.0-or-later

// Package sharedlist lets all runs of one task share what they fetch of a server's
// lists. A loop over a hundred items, or a task of two hundred hosts, starts the
// executable a hundred or two hundred times; without sharing, each run would fetch
// the same list again.
//
// What is shared of a list is a private file, which is read and written under the
// lock that the runs hold already. The rules are:
//
//   - Cost. The first run searches. As soon as the searches have cost as much as the
//     whole list would, the list is fetched, once, and later runs ask nothing.
//   - Truth. A write forgets the file before it is sent, and what it came to is
//     entered afterwards; whatever fails leaves it forgotten. A write of any other
//     task makes it invalid. A row that this task wrote is fetched again before it is
//     compared.
//   - Absence. Rows move while several pages are read, and one can hide. Before the list is
//     relied on for what is not there, it is read a second time, once for all runs.
//   - Age. Rows older than MaxAge are not relied on: a row that is there is fetched by
//     itself, and that none is there is proved by the newest page of the list.
//
// The package knows files and rows. It does not know which resources there are, what
// a run decides, or who holds the lock.
package sharedlist
