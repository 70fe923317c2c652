// SPDX-License-Identifier: GPL-3.0-or-later

package chaos

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// TestClientChaos drives the client itself: a caller that believes each answer
// and each error, and nothing else, knows what is on the server.
func TestClientChaos(t *testing.T) {
	operations := setting(t, "CHAOS_OPERATIONS", 250)
	seed := setting(t, "CHAOS_SEED", 1)
	report := map[string]map[string]*tally{}
	synctest.Test(t, func(t *testing.T) {
		server := acsmontest.New(acsmontest.Options{Seed: uint64(seed), Devices: 250, Monitors: 30, OpenAlerts: 1000})
		defer server.Close()
		client, err := acsmon.New("http://chaos.localhost", acsmon.WithToken(acsmon.Secret(server.Token)), acsmon.WithDialer(server.Dial))
		if err != nil {
			t.Fatal(err)
		}
		defer client.CloseIdleConnections()
		c := &caller{Server: server, Client: client, t: t, rand: rand.New(rand.NewPCG(uint64(seed), 1))}
		operate := map[string]func(context.Context) (string, error){
			"list": c.list, "get": c.get, "create": c.create, "update": c.update, "delete": c.delete, "acknowledge": c.acknowledge, "resolve": c.resolve, "check": c.check,
		}
		names, effects := slices.Sorted(maps.Keys(operate)), faults()
		kinds := slices.Sorted(maps.Keys(effects))
		for i := range operations {
			fault, operation := kinds[c.rand.IntN(len(kinds))], names[c.rand.IntN(len(names))]
			server.Inject(acsmontest.Fault{Skip: c.rand.IntN(2), Times: 1 + c.rand.IntN(5), Do: effects[fault]})
			complaint, err := operate[operation](t.Context())
			server.ClearFaults()
			count(report, fault, operation, err != nil)
			if complaint != "" {
				t.Fatalf("%s under the fault %q, operation %d of CHAOS_SEED=%d, with the error %v: %s", operation, fault, i, seed, err, complaint)
			}
			if err != nil && (len(err.Error()) < 20 || strings.ContainsAny(err.Error(), "\n\x1b")) {
				t.Fatalf("%s under the fault %q says %q", operation, fault, err)
			}
		}
	})
	t.Logf("%d operations of the client, CHAOS_SEED=%d\n%s", operations, seed, table(report))
}

// caller uses the client. Each of its operations says what is not as the answer or the error of the
// client made it believe.
type caller struct {
	*acsmontest.Server
	*acsmon.Client
	t    *testing.T
	rand *rand.Rand
	made int
}

// settled waits until a request that timed out has been carried out, too.
func (c *caller) settled() { time.Sleep(2 * time.Minute) }

// any returns the id of a random row.
func (c *caller) any(kind string) int64 {
	rows := c.Server.Rows(kind)
	return rows[c.rand.IntN(len(rows))]["id"].(int64)
}

// list expects every row once, or an error.
func (c *caller) list(ctx context.Context) (string, error) {
	want := c.Server.Rows("devices")
	got, err := acsmon.Collect(c.Devices.List(ctx, acsmon.Query{PerPage: 1 + c.rand.IntN(100)}))
	if err != nil {
		return "", err
	}
	ids := map[int64]bool{}
	for _, device := range got {
		ids[device.ID] = true
	}
	if len(got) != len(want) || len(ids) != len(want) {
		return fmt.Sprintf("%d rows of %d devices, where there are %d", len(got), len(ids), len(want)), nil
	}
	return "", nil
}

func (c *caller) get(ctx context.Context) (string, error) {
	id := c.any("monitors")
	monitor, err := c.Monitors.Get(ctx, id)
	if err != nil {
		return "", err
	}
	if name := c.Row("monitors", id)["name"]; monitor.ID != id || monitor.Name != name {
		return fmt.Sprintf("got %d %q, want %d %q", monitor.ID, monitor.Name, id, name), nil
	}
	return "", nil
}

// create makes exactly one monitor, or certainly none, or says that it does not know.
func (c *caller) create(ctx context.Context) (string, error) {
	c.made++
	name := fmt.Sprintf("made %d", c.made)
	monitor, err := c.Monitors.Create(ctx, acsmon.MonitorInput{Name: name, Type: "ping", Host: "a.example.com"})
	c.settled()
	var found []int64
	for _, row := range c.Server.Rows("monitors") {
		if row["name"] == name {
			found = append(found, row["id"].(int64))
		}
	}
	var uncertain *acsmon.UncertainError
	switch {
	case err == nil && !slices.Equal(found, []int64{monitor.ID}):
		return fmt.Sprintf("made %d, and there is %v", monitor.ID, found), nil
	case errors.As(err, &uncertain) && len(found) > 1:
		return fmt.Sprintf("there is %v", found), err
	case err != nil && uncertain == nil && len(found) > 0:
		return fmt.Sprintf("the error is certain, and there is %v", found), err
	}
	return "", err
}

// update changes what it names, or nothing but that.
func (c *caller) update(ctx context.Context) (string, error) {
	id := c.any("monitors")
	before, port := c.Row("monitors", id), 1+c.rand.IntN(65535)
	monitor, err := c.Monitors.Update(ctx, id, acsmon.MonitorInput{Port: int64(port)})
	c.settled()
	if err == nil && monitor.ID == 0 { // the response does not show the row, so a caller looks
		return "", err
	}
	after := c.Row("monitors", id)
	if err == nil && (fmt.Sprint(monitor.Fields["port"]) != fmt.Sprint(port) || fmt.Sprint(after["port"]) != fmt.Sprint(port)) {
		return fmt.Sprintf("the port is %v, want %d; the answer says %v", after["port"], port, monitor.Fields["port"]), nil
	}
	if fmt.Sprint(after["port"]) != fmt.Sprint(port) && fmt.Sprint(after["port"]) != fmt.Sprint(before["port"]) {
		return fmt.Sprintf("the port is %v, was %v, was to be %d", after["port"], before["port"], port), err
	}
	for _, row := range []row{before, after} {
		delete(row, "port")
		delete(row, "updated_at")
	}
	if !reflect.DeepEqual(before, after) {
		return fmt.Sprintf("it was %v, and is %v", before, after), err
	}
	return "", err
}

// delete removes one monitor, and no other.
func (c *caller) delete(ctx context.Context) (string, error) {
	before := len(c.Server.Rows("monitors"))
	if before < 10 {
		return c.create(ctx)
	}
	id := c.any("monitors")
	err := c.Monitors.Delete(ctx, id)
	c.settled()
	gone := c.Row("monitors", id) == nil
	if removed := before - len(c.Server.Rows("monitors")); err == nil && !gone || removed > 1 || removed == 1 && !gone {
		return fmt.Sprintf("gone: %v, removed in all: %d", gone, removed), err
	}
	return "", err
}

func (c *caller) acknowledge(ctx context.Context) (string, error) {
	return c.settle(ctx, c.AlertEvents.Acknowledge, "acknowledged")
}

func (c *caller) resolve(ctx context.Context) (string, error) {
	return c.settle(ctx, c.AlertEvents.Resolve, "resolved")
}

// settle acknowledges or resolves one alert, and no other.
func (c *caller) settle(ctx context.Context, act func(context.Context, int64, string) (acsmon.Event, error), status string) (string, error) {
	before := c.Server.Rows("alert-events")
	event := before[c.rand.IntN(len(before))]
	id := event["id"].(int64)
	_, err := act(ctx, id, "chaos")
	c.settled()
	for i, now := range c.Server.Rows("alert-events") {
		if now["id"] != id && now["status"] != before[i]["status"] {
			return fmt.Sprintf("alert %v was %v and is %v", now["id"], before[i]["status"], now["status"]), err
		}
	}
	now := c.Row("alert-events", id)["status"]
	if now != status && now != "resolved" && (err == nil || now != event["status"]) {
		return fmt.Sprintf("alert %d was %v and is %v", id, event["status"], now), err
	}
	return "", err
}

// check queues a check of a monitor, and nothing else.
func (c *caller) check(ctx context.Context) (string, error) {
	id := c.any("monitors")
	c.ResetRequests()
	_, err := c.Monitors.Check(ctx, id)
	c.settled()
	queued := slices.ContainsFunc(c.Writes(), func(r acsmontest.Request) bool { return r.Path == fmt.Sprintf("/monitors/%d/check", id) })
	if err == nil && !queued {
		return "no check was asked for", nil
	}
	return "", err
}
