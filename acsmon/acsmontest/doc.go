// SPDX-License-Identifier: MIT

// Package acsmontest is to an ACS Monitor what net/http/httptest is to
// net/http: an in-memory ACS Monitor that answers over real HTTP.
//
//	func TestSomething(t *testing.T) {
//		srv := acsmontest.Start(t, acsmontest.Options{Devices: 20, Monitors: 40})
//		// srv.URL and srv.Token are what a client needs.
//	}
//
// It owns the publicly known facts of the REST API and one choice for each
// thing that is not publicly known; [Alternatives] switches the choices. It
// knows no client: it imports nothing of this module, and it is never more
// lenient than the facts are.
//
// # How to read it
//
// server.go is the path of a request from top to bottom. resources.go declares
// every resource as a table (paths, permission slugs, fields, rules); crud.go,
// list.go and validate.go serve any such table. actions.go holds what is more
// than create, read, update and delete. fault.go breaks responses on purpose.
//
// # State
//
// Add, Row, Rows, Set and Remove arrange and show the state without a request.
// A kind is the API's path name ("devices", "alert-events"); a nested
// resource has a name of its own (see [Kinds]). In the rows that they take and
// give, ids and references are int64, other whole numbers int, times are
// strings in UTC with seconds, and references are columns (device_group_id)
// rather than the objects that the API shows.
package acsmontest
