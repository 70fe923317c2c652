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
// A list is an iterator. It fetches the first page when the caller wants the first row: 200 rows,
// or as many as the server sends. When the caller comes to the end of that page, it fetches the
// next ten at once, and stays ten ahead if the server says how many there are. It yields each row
// once, even if rows move between pages during the walk. The Fields of a typed row hold the whole
// object that the server sent.
//
// # Repeats
//
// A request is repeated only if that cannot do harm:
//
//   - A 429, or a 503 with Retry-After, was provably not processed. Every request is repeated
//     after the time that the server names, as long as all waits together fit into the client's
//     WithMaxWait, or into the context's WithWaitBudget. A longer wait fails at once, with an
//     [Error] whose RetryAt says when to come back. If a 429 names no time, or a 503 without
//     Retry-After says that the server is in maintenance, the waits are 5, 10, 20 and then 30 s
//     each. A request that must not happen twice does not wait for the end of such maintenance.
//   - Other responses of 500 and above, a connection that breaks, a time-out, and a response that
//     cannot be used (cut short, HTML, not JSON, of the wrong shape) allow up to three repeats.
//     They begin within 15 s of the first failure, after 0.5 to 1 s, 1 to 2 s and 2 to 4 s. A
//     delete that is repeated and then finds nothing has succeeded.
//   - A server that has answered this client before may be away for a while, as when it restarts.
//     A connection that is refused or breaks, and a 502, then allow repeats at least every 31 s, as
//     long as the waits fit into the same budget.
//   - An unknown host, a failed TLS handshake and a redirect are not repeated. Redirects are not
//     followed.
//   - A request that must not happen twice (a create, an import, a toggle, a channel's test) is
//     repeated only if it was provably not processed: after a 429, after a 503 with Retry-After, or
//     if no connection could be made. If its response is lost, the error is an [UncertainError].
//   - An event that [Ingest.Push] sends is repeated like a read: twice is better than never.
//   - A 401 makes a client that has WithCredentials log in again, once for each call.
//   - Nothing else is repeated, with one exception: net/http sends a GET again at once if the
//     connection that it reused turns out to be closed.
//
// # Pace
//
// The server allows each user 60 requests a minute. All goroutines that share a Client share what
// is known of that limit: as many requests are sent at once as the last response said remain. While
// that is not known, and when nothing remains, one request goes alone and shows what the others may
// do. So a limit that is used up costs one 429 instead of one for each goroutine. After a 429, all
// wait until the time that it names, and up to a second longer, so that several processes do not
// send at the same moment. A call that may not wait for so long fails without being sent.
//
// If the limit was used up in one minute, and the client notices in the next that others use it
// too, it spreads its requests: one a second at 60 a minute. So no client takes all of it, and each
// gets its turn. Logins have a limit of their own, which is counted separately.
//
// # Trust
//
// The token is sent to the scheme, host and port of the base URL and nowhere else, and not to a
// webhook: see [Ingest]. Responses are limited to 32 MiB after decompression. In an [Error], the
// server's text is shortened and has no control characters. The data that the server sends is
// passed on as it is.
package acsmon
