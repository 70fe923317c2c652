// SPDX-License-Identifier: GPL-3.0-or-later

package modules_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
	"github.com/acsmon/acsmon-ansible/internal/ansible"
	"github.com/acsmon/acsmon-ansible/internal/folders/folderstest"
	"github.com/acsmon/acsmon-ansible/internal/modules"
)

func TestMain(m *testing.M) { os.Exit(folderstest.Run(m)) }

// row is a JSON object.
type row = map[string]any

// workbench is a server, and what runs modules against it. In a scenario, time is that of
// testing/synctest: it jumps over every wait, so no test sleeps and every duration is exact.
type workbench struct {
	*acsmontest.Server
	t    *testing.T
	args row // the arguments that every run gets

	options []acsmon.Option
}

var workbenches atomic.Int64

// scenario runs a test in a workbench of its own.
func scenario(t *testing.T, name string, o acsmontest.Options, f func(w *workbench)) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			server := acsmontest.New(o)
			t.Cleanup(func() { server.Close() })
			f(&workbench{server, t, row{
				// No other workbench has this name: there is one lock of writes for each server.
				"base_url": fmt.Sprintf("http://w%d.localhost%s", workbenches.Add(1), o.Prefix),
				"token":    server.Token,
			}, []acsmon.Option{acsmon.WithDialer(server.Dial)}})
		})
	})
}

// result is what a module answered, and what that took.
type result struct {
	row
	t        *testing.T
	key      string // the key of the resource in the answer, if the module has one
	requests []acsmontest.Request
	took     time.Duration // by the workbench's clock
}

// resource is the resource that the answer shows.
func (r *result) resource() row {
	resource, _ := r.row[r.key].(row)
	return resource
}

// run runs a module, and checks what must be true of every answer: all of its keys are documented,
// the token is not in it, and neither check mode nor a run that changes nothing has written.
func (w *workbench) run(module string, given row) *result {
	w.t.Helper()
	args := maps.Clone(w.args)
	maps.Copy(args, given)
	arguments, err := json.Marshal(args)
	if err != nil {
		w.t.Fatal(err)
	}
	before, begun := len(w.Requests()), time.Now()
	var out bytes.Buffer
	program := find(module, w.options...)
	status := program.Main(w.t.Context(), bytes.NewReader(arguments), &out)
	r := &result{t: w.t, key: strings.TrimPrefix(module, "acsmon_"), requests: w.Requests()[before:], took: time.Since(begun)}
	if err := json.Unmarshal(out.Bytes(), &r.row); err != nil || bytes.Count(out.Bytes(), []byte("\n")) != 1 {
		w.t.Fatalf("%s did not answer with one line of JSON (%v): %s", module, err, out.Bytes())
	}
	if (r.row["failed"] == true) != (status == 1) {
		w.t.Errorf("%s ended with status %d, which contradicts its answer: %s", module, status, out.Bytes())
	}
	if token, _ := args["token"].(string); token != "" && bytes.Contains(out.Bytes(), []byte(token)) {
		w.t.Errorf("the token is in the answer: %s", out.Bytes())
	}
	r.wroteAsItSays(args["_ansible_check_mode"] == true)
	extra, _ := given["fields"].(row)
	r.isDocumented(module, extra)
	return r
}

// wroteAsItSays checks that check mode sent no write, and that a run which says that nothing changed
// has changed nothing.
func (r *result) wroteAsItSays(check bool) {
	r.t.Helper()
	for _, request := range r.requests {
		switch {
		case request.Method == "GET", request.Path == "/auth/login", strings.HasPrefix(request.Path, "/tools/"):
		case check:
			r.t.Errorf("check mode sent %s %s", request.Method, request.Path)
		case r.unchanged() && request.Status/100 == 2:
			r.t.Errorf("the server carried out %s %s, but the answer says that nothing changed: %v", request.Method, request.Path, r.row)
		}
	}
}

func (w *workbench) check(module string, given row) *result {
	w.t.Helper()
	return w.run(module, with(given, row{"_ansible_check_mode": true}))
}

func (w *workbench) monitor(given row) *result {
	w.t.Helper()
	return w.run("acsmon_monitor", given)
}

func (w *workbench) alert(given row) *result {
	w.t.Helper()
	return w.run("acsmon_alert", given)
}

// converges runs a task four times: check mode predicts a change and writes nothing, the run makes
// just that change, and then neither check mode nor another run finds anything to do. It returns the
// answers of the two real runs.
func (w *workbench) converges(module string, given row) (real, again *result) {
	w.t.Helper()
	check := w.check(module, given).wantChanged()
	real = w.run(module, given)
	if !real.changed() {
		w.t.Fatalf("the run should change something, and answered %v", real.row)
	}
	if !reflect.DeepEqual(check.row["diff"], real.row["diff"]) {
		w.t.Errorf("check mode predicts the diff\n%v\nand the run has\n%v", check.row["diff"], real.row["diff"])
	}
	check.predicts(real)
	w.check(module, given).wantUnchanged()
	return real, w.run(module, given).wantUnchanged()
}

// predicts compares what check mode said of the resource with what it became.
func (r *result) predicts(real *result) {
	r.t.Helper()
	actual := real.resource()
	for name, value := range r.resource() {
		switch now, shown := actual[name]; {
		case !shown && (strings.HasSuffix(name, "_id") || strings.HasSuffix(name, "_ids")): // sent by id, shown as an object
		case !shown && real.row["warnings"] != nil: // not shown at all, and a warning says so
		case !alike(value, now):
			r.t.Errorf("check mode predicts %s = %v, and the run shows %v", name, value, now)
		}
	}
}

// alike compares a prediction with what the server shows. There, numbers may be texts, and an empty
// object may be an empty list.
func alike(predicted, actual any) bool {
	switch predicted := predicted.(type) {
	case row:
		object, ok := actual.(row)
		if !ok {
			list, _ := actual.([]any)
			return len(predicted) == 0 && len(list) == 0
		}
		for key, value := range predicted {
			if !alike(value, object[key]) {
				return false
			}
		}
		return true
	case []any:
		list, ok := actual.([]any)
		if !ok || len(list) != len(predicted) {
			return len(predicted) == 0 && fmt.Sprint(actual) == "map[]"
		}
		for i, element := range predicted {
			if !alike(element, list[i]) {
				return false
			}
		}
		return true
	case bool:
		return actual == predicted || fmt.Sprint(actual) == map[bool]string{true: "1", false: "0"}[predicted]
	}
	return fmt.Sprint(predicted) == fmt.Sprint(actual)
}

// with returns the arguments with more of them, which win.
func with(given row, more row) row {
	all := row{}
	maps.Copy(all, given)
	maps.Copy(all, more)
	return all
}

func find(name string, options ...acsmon.Option) ansible.Module {
	for _, module := range modules.All(options...) {
		if module.Name == name {
			return module
		}
	}
	panic("there is no module " + name)
}

func specOf(t *testing.T, name string) *ansible.Spec {
	t.Helper()
	spec, err := find(name).Spec()
	if err != nil {
		t.Fatal(err)
	}
	return spec
}

// protocol are the keys that an answer may have without documenting them.
var protocol = []string{"changed", "failed", "msg", "invocation"}

// isDocumented checks that the documentation names every key of the answer. The extra keys are those
// that the task gives in fields.
func (r *result) isDocumented(module string, extra row) {
	r.t.Helper()
	documented := specOf(r.t, module).Return
	for key := range r.row {
		if documented[key] == nil && !slices.Contains(protocol, key) {
			r.t.Errorf("the answer's key %s is not documented", key)
		}
	}
	for name, key := range documented {
		r.hasTypes(name, r.row[name], key)
	}
	resources := []any{r.resource()}
	contains := documented[r.key]
	if alerts, ok := r.row["alerts"].([]any); ok {
		resources, contains = alerts, documented["alerts"]
	}
	for _, resource := range resources {
		fields, _ := resource.(row)
		for key := range fields {
			if _, isExtra := extra[key]; contains.Contains[key] == nil && !isExtra {
				r.t.Errorf("the answer shows %s, which is not documented", key)
			}
		}
	}
}

// hasTypes checks that a value, and everything in it, has the documented type. Null has every type.
func (r *result) hasTypes(name string, value any, documented *ansible.Return) {
	r.t.Helper()
	var ok bool
	switch documented.Type {
	case "bool":
		_, ok = value.(bool)
	case "int", "float":
		_, ok = value.(float64)
	case "str":
		_, ok = value.(string)
	case "list":
		_, ok = value.([]any)
	case "dict":
		_, ok = value.(row)
	}
	if !ok && value != nil && documented.Type != "raw" && documented.Type != "" {
		r.t.Errorf("the answer shows %s as %v, and the documentation says that it is a %s", name, value, documented.Type)
	}
	list, _ := value.([]any)
	for _, element := range list {
		r.hasTypes(name+"[]", element, &ansible.Return{Type: documented.Elements, Contains: documented.Contains})
	}
	fields, _ := value.(row)
	for key, inner := range documented.Contains {
		r.hasTypes(name+"."+key, fields[key], inner)
	}
}

func (r *result) changed() bool   { return r.row["failed"] == nil && r.row["changed"] == true }
func (r *result) unchanged() bool { return r.row["failed"] == nil && r.row["changed"] == false }
func (r *result) msg() string     { return fmt.Sprint(r.row["msg"]) }

// wantChanged checks that the module succeeded and changed something, or would in check mode.
func (r *result) wantChanged() *result {
	r.t.Helper()
	if !r.changed() {
		r.t.Errorf("the module should succeed with changed=true, and answered %v", r.row)
	}
	return r
}

// wantUnchanged checks that the module succeeded and had nothing to change.
func (r *result) wantUnchanged() *result {
	r.t.Helper()
	if !r.unchanged() {
		r.t.Errorf("the module should succeed with changed=false, and answered %v", r.row)
	}
	return r
}

// succeeds checks that the module did not fail, whether or not it changed anything.
func (r *result) succeeds() *result {
	r.t.Helper()
	if r.row["failed"] != nil {
		r.t.Errorf("the module should succeed, and failed: %s", r.msg())
	}
	return r
}

// fails checks that the module failed, and that its message says all of this.
func (r *result) fails(says ...string) *result {
	r.t.Helper()
	if r.row["failed"] != true {
		r.t.Errorf("the module should fail, and answered %v", r.row)
	}
	for _, words := range says {
		if !strings.Contains(r.msg(), words) {
			r.t.Errorf("the message does not say %q: %s", words, r.msg())
		}
	}
	return r
}

// wantValues checks these keys of the answer. A key that is missing has the value nil.
func (r *result) wantValues(want row) *result {
	r.t.Helper()
	for key, value := range want {
		if got := r.row[key]; !reflect.DeepEqual(got, value) {
			r.t.Errorf("the answer has %s = %#v, want %#v, in %v", key, got, value, r.row)
		}
	}
	return r
}

// hides checks that none of the secrets is anywhere in the answer.
func (r *result) hides(secrets ...string) *result {
	r.t.Helper()
	text := fmt.Sprint(r.row)
	for _, secret := range secrets {
		if strings.Contains(text, secret) {
			r.t.Errorf("the secret %q is in the answer %s", secret, text)
		}
	}
	return r
}

// at returns the value at a path of keys and indexes in the answer. Where there is no such value of
// that type, the test ends and says so.
func at[T any](r *result, path ...any) T {
	r.t.Helper()
	var value any = r.row
	for _, step := range path {
		switch step := step.(type) {
		case string:
			object, _ := value.(row)
			value = object[step]
		case int:
			list, _ := value.([]any)
			value = nil
			if step < len(list) {
				value = list[step]
			}
		}
	}
	found, ok := value.(T)
	if !ok {
		r.t.Fatalf("the answer should have a %T at %v, and has %#v: %v", found, path, value, r.row)
	}
	return found
}

// rowsAt returns the rows of the list at a path in the answer.
func rowsAt(r *result, path ...any) []row {
	r.t.Helper()
	rows := make([]row, len(at[[]any](r, path...)))
	for i := range rows {
		rows[i] = at[row](r, slices.Concat(path, []any{i})...)
	}
	return rows
}

// warns checks that one of the warnings says this.
func (r *result) warns(words string) *result {
	r.t.Helper()
	if !strings.Contains(fmt.Sprint(r.row["warnings"]), words) {
		r.t.Errorf("no warning says %q: %v", words, r.row["warnings"])
	}
	return r
}

// wantNoWarnings checks that the module warns of nothing.
func (r *result) wantNoWarnings() *result {
	r.t.Helper()
	if r.row["warnings"] != nil {
		r.t.Errorf("there should be no warning, and there is %v", r.row["warnings"])
	}
	return r
}

// wantRequests checks how many requests the module made.
func (r *result) wantRequests(want int) *result {
	r.t.Helper()
	if got := len(r.requests); got != want {
		r.t.Errorf("the module made %d requests, want %d", got, want)
	}
	return r
}

// request is the request that the module made after n others.
func (r *result) request(n int) acsmontest.Request {
	r.t.Helper()
	if n >= len(r.requests) {
		r.t.Fatalf("the module made %d requests, want more than %d", len(r.requests), n)
	}
	return r.requests[n]
}

// costs checks which requests the module made, in their order: "GET /monitors".
func (r *result) costs(want ...string) *result {
	r.t.Helper()
	var got []string
	for _, request := range r.requests {
		got = append(got, request.Method+" "+request.Path)
	}
	if !slices.Equal(got, want) {
		r.t.Errorf("the requests were\n%s\nand should be\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	return r
}

// wantWrites checks how many writes the server has received.
func (w *workbench) wantWrites(want int) {
	w.t.Helper()
	if writes := w.Writes(); len(writes) != want {
		var got []string
		for _, write := range writes {
			got = append(got, write.Method+" "+write.Path)
		}
		w.t.Errorf("the server received %d writes, want %d: %s", len(got), want, strings.Join(got, ", "))
	}
}

func (w *workbench) wantNoWrites() { w.t.Helper(); w.wantWrites(0) }

// wantRows checks how many rows the server has in a list.
func (w *workbench) wantRows(list string, want int) {
	w.t.Helper()
	if rows := w.Rows(list); len(rows) != want {
		w.t.Errorf("the server has %d %s, want %d: %v", len(rows), list, want, rows)
	}
}

// wantNamed checks how many monitors have that name.
func (w *workbench) wantNamed(name string, want int) {
	w.t.Helper()
	if rows := w.named(name); len(rows) != want {
		w.t.Errorf("the server has %d monitors with the name %q, want %d: %v", len(rows), name, want, rows)
	}
}

// tokenWithout makes a token that has all permissions but these.
func (w *workbench) tokenWithout(slugs ...string) string {
	return w.NewToken(slices.DeleteFunc(w.Permissions(), func(slug string) bool { return slices.Contains(slugs, slug) })...)
}

// named returns the monitors with that name.
func (w *workbench) named(name string) []row {
	return slices.DeleteFunc(w.Rows("monitors"), func(r row) bool { return r["name"] != name })
}

// storedID is the id of a stored row.
func storedID(stored row) int64 {
	id, _ := stored["id"].(int64)
	return id
}

// has checks some columns of a stored row.
func (w *workbench) has(kind string, id int64, want row) {
	w.t.Helper()
	got := w.Row(kind, id)
	for column, value := range want {
		if !reflect.DeepEqual(got[column], value) {
			w.t.Errorf("%s %d has %s = %#v, want %#v", kind, id, column, got[column], value)
		}
	}
}
