// SPDX-License-Identifier: MIT

package acsmon

import (
	"context"
	"net/http"
)

// System is the server itself.
type System struct{ client *Client }

// Health returns the state of the server.
func (s System) Health(ctx context.Context) (Fields, error) {
	return s.client.object(ctx, request{method: http.MethodGet, path: "/system/health", permission: "settings.view"})
}

// Stats returns the server's own figures.
func (s System) Stats(ctx context.Context) (Fields, error) {
	return s.client.object(ctx, request{method: http.MethodGet, path: "/system/stats", permission: "settings.view"})
}

// Licence is how many devices and monitors a licence allows, and how many of them count towards it.
// Only the server knows which ones count.
type Licence struct{ Cap, Used int64 }

// licenceKeys are where the figures may be: the vendor's pages spell the word both ways. The keys
// below them are a guess.
var licenceKeys = []string{"licence", "license"}

// LicenceIn returns what [System.Stats] says about the licence, and whether it says anything. If
// there is no cap, Cap is 0.
func LicenceIn(stats Fields) (l Licence, shown bool) {
	r := row{fields: stats}
	for _, key := range licenceKeys {
		if object := r.object(key); object != nil {
			in := row{fields: object}
			return Licence{in.whole("cap"), in.whole("used")}, true
		}
	}
	return Licence{}, false
}
