// SPDX-License-Identifier: GPL-3.0-or-later

// Package doctor finds out how one server behaves, and what keeps a user from reaching it. It owns
// the checks, the report about them, and how a fact of a profile is learned. It does not know who
// uses the profile.
//
// A report is for strangers: each value that is not a text of our own, a number or a key of the API
// is replaced by its kind.
package doctor

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/modules"
	"github.com/acsmon/acsmon-ansible/internal/profile"
	"github.com/acsmon/acsmon-ansible/internal/settings"
)

// mostRequests is the most that an examination without writes may cost.
const mostRequests = 25

// errSpent ends an examination that has sent enough requests.
var errSpent = errors.New("doctor has made enough requests: run it again later")

// Doctor examines one server.
type Doctor struct {
	// Checks are what was found so far.
	Checks []Check
	// Profile is what was learned, together with what was known before.
	Profile profile.Profile
	// Requests is how many requests were sent.
	Requests int

	connection *settings.Connection
	client     *acsmon.Client
	now        func() time.Time
	shapes     []modules.Shape
	slowest    time.Duration
	skew       time.Duration // of the server's clock; 0 if the server does not say
	lists      map[string]*list
	limit      int // of requests
}

// New returns a doctor for a connection.
func New(connection *settings.Connection) (*Doctor, error) {
	d := &Doctor{connection: connection, Profile: connection.Profile, now: time.Now, lists: map[string]*list{}, limit: mostRequests}
	client, err := connection.Client(acsmon.WithTrace(d.trace))
	if err != nil {
		return nil, err
	}
	d.Profile.Server = connection.Server()
	d.client, d.shapes = client, modules.Shapes(client)
	return d, nil
}

// Unconnected is the examination if the settings lead to no server.
func Unconnected(err error) *Doctor {
	d := &Doctor{}
	d.fail("settings", err)
	return d
}

// trace records an attempt.
func (d *Doctor) trace(t acsmon.Trace) {
	d.Requests++
	d.slowest = max(d.slowest, t.Duration)
	if !t.Date.IsZero() {
		d.skew = t.Date.Sub(d.now()).Truncate(time.Second)
	}
}

// Examine examines the server without writing.
func (d *Doctor) Examine(ctx context.Context) {
	if d.client == nil {
		return // the settings lead nowhere, which has been said already
	}
	ctx = acsmon.WithWaitBudget(ctx, 0) // it is to show what is wrong now
	d.checkAddress(ctx)
	if !d.checkUser(ctx) {
		return
	}
	d.checkSpeed()
	d.checkLicence(ctx)
	d.checkLists(ctx)
	d.checkKeys(ctx)
	d.checkQueries(ctx)
	d.checkForms()
	d.Profile.Learned = d.now().UTC().Truncate(time.Second)
}

// Failed reports whether a check failed.
func (d *Doctor) Failed() bool {
	return slices.ContainsFunc(d.Checks, func(c Check) bool { return c.Result == Failure })
}

func (d *Doctor) add(name string, result Result, advice, format string, args ...any) {
	d.Checks = append(d.Checks, Check{Name: name, Result: result, Advice: advice, format: format, args: args})
}

// fail adds an error with the advice of the command line.
func (d *Doctor) fail(name string, err error) {
	d.add(name, Failure, settings.CommandLine.Advice(err), "%v", faultOf(err))
}

// get sends one GET request.
func (d *Doctor) get(ctx context.Context, path string, query map[string]string) (any, error) {
	if d.Requests >= d.limit {
		return nil, errSpent
	}
	request := acsmon.Request{Method: "GET", Path: path, Query: map[string][]string{}}
	for name, value := range query {
		request.Query.Set(name, value)
	}
	return d.client.Call(ctx, request)
}

// Kept says where the profile was saved.
func (d *Doctor) Kept(path string, err error) {
	if err != nil {
		d.add("profile", Warning, "", "%v", hidden{err, "error"})
		return
	}
	d.add("profile", OK, "", "what was learned is kept in %s", hidden{path, "path"})
}
