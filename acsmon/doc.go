// SPDX-License-Identifier: MIT

// Package acsmon is a client of the REST API of ACS Monitor, a server that
// monitors devices and services. It knows the API and nothing of its callers.
//
//	client, err := acsmon.New(os.Getenv("ACSMON_BASE_URL"), acsmon.WithToken(acsmon.Secret(os.Getenv("ACSMON_TOKEN"))))
//	if err != nil {
//		log.Fatal(err)
//	}
//	down := acsmon.Query{Filter: map[string]string{"status": "down"}}
//	for device, err := range client.Devices.List(context.Background(), down) {
//		if err != nil {
//			log.Fatal(err)
//		}
//		fmt.Println(device.Name, "is down since", device.LastPolledAt)
//	}
//
// # Lists
//
// A list is an iterator: it asks for the first page of 200 rows, or as many as the
// server gives, when the first row is wanted, for the next ten at once when the caller comes to its end, and
// stays ten ahead where the server says how many there are. It yields each row
// once, even where rows move between the pages meanwhile. Every typed row keeps the
// whole object that the server sent in its Fields.
//
// # Repeats
//
// What is repeated depends on whether it can do harm:
//
//   - A 429, and a 503 with Retry-After, were provably not processed. Every
//     request is repeated after the time that the server names, as long as the
//     waits fit into the client's WithMaxWait, or the context's WithWaitBudget,
//     which bounds them all together. A longer wait fails at once with an [Error]
//     whose RetryAt says when to come back. Where a 429 names no time, and after a
//     503 without Retry-After that says maintenance, the waits are 5, 10, 20 and
//     then ever 30 s; what must not happen twice does not wait out the latter.
//   - Other answers of 500 and above, a connection that breaks, a time-out, and an
//     answer that cannot be used (cut short, HTML, not JSON, of the wrong shape)
//     are met with up to three repeats, begun within 15 s of the first failure,
//     after 0.5 to 1 s, 1 to 2 s and 2 to 4 s. A delete that is repeated so and
//     finds nothing has succeeded.
//   - A server that has answered this client before may be away for a while, as when
//     it restarts: a connection that is refused or breaks, and a 502, are then met with
//     repeats at least every 31 s, as long as the waits fit into the same budget.
//   - An unknown host, a failed TLS handshake and a redirect are not repeated. No
//     redirect is followed.
//   - What must not happen twice (a create, an import, a toggle, a channel's test)
//     is repeated only when it provably was not processed: after a 429, a 503 with
//     Retry-After, or a connection that could not be made. Where its answer is
//     lost, the error is an [UncertainError].
//   - An event that [Ingest.Push] sends is repeated like a read: twice is better than never.
//   - A 401 makes a client that has WithCredentials log in again, once a call.
//   - Nothing else is repeated, but for net/http, which sends a GET again at once
//     if the connection that it reused turns out to be closed.
//
// # Pace
//
// The server allows 60 requests a minute to a user. All goroutines that share a
// Client share what is known of that limit: as many requests are under way at
// once as the last answer said remain. While that is not known, and when nothing
// remains, one request goes alone and shows what the others may do, so that a
// limit that is used up costs one 429, not one each. After a 429 all wait until
// the time that it names, and up to a second longer, so that several processes do
// not come at the same moment; a call that may not wait so long fails without
// being sent. In a minute after one that was used up, a client that notices others
// at the same limit spreads its requests, one a second at 60 a minute, so that none
// takes all and each gets its turn. Logins have a limit of their own, which is kept apart.
//
// # Trust
//
// The token is sent to the scheme, host and port of the base URL and nowhere
// else, and to no webhook: see [Ingest]. Answers are limited to 32 MiB, decompressed. What the server says stands
// in an [Error] shortened and without control characters; what it sends as data
// is handed on as it is.
package acsmon
