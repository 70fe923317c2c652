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

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
	"github.com/acsmon/acsmon-ansible/internal/ansible"
	"github.com/acsmon/acsmon-ansible/internal/folders/folderstest"
	"github.com/acsmon/acsmon-ansible/internal/modules"
)

func TestMain(m *testing.M) { os.Exit(folderstest.Run(m)) }

// row is a JSON object.
type row = map[string]any

// workbench is a server, on a clock that jumps over every wait, and what runs
// modules against it.
type workbench struct {
	*acsmontest.Server
	t    *testing.T
	args row // that every run gets

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
				// A name that no other workbench has: the lock of writes is one a server.
				"base_url": fmt.Sprintf("http://w%d.localhost%s", workbenches.Add(1), o.Prefix),
				"token":    server.Token,
			}, []acsmon.Option{acsmon.WithDialer(server.Dial)}})
		})
	})
}

// result is what a module answered.
type result struct {
	row
	t        *testing.T
	key      string // of the resource in the answer, if the module has one
	requests []acsmontest.Request
}

// resource is the resource that the answer shows.
func (r *result) resource() row {
	resource, _ := r.row[r.key].(row)
	return resource
}

// run runs a module, and holds what it answers to what every answer must be:
// documented keys alone, no secret, no write in check mode nor where nothing
// changed.
func (w *workbench) run(module string, given row) *result {
	w.t.Helper()
	args := maps.Clone(w.args)
	maps.Copy(args, given)
	arguments, err := json.Marshal(args)
	if err != nil {
		w.t.Fatal(err)
	}
	before := len(w.Requests())
	var out bytes.Buffer
	program := find(module, w.options...)
	status := program.Main(w.t.Context(), bytes.NewReader(arguments), &out)
	r := &result{t: w.t, key: strings.TrimPrefix(module, "acsmon_"), requests: w.Requests()[before:]}
	if err := json.Unmarshal(out.Bytes(), &r.row); err != nil || bytes.Count(out.Bytes(), []byte("\n")) != 1 {
		w.t.Fatalf("%s answered no line of JSON (%v): %s", module, err, out.Bytes())
	}
	if (r.row["failed"] == true) != (status == 1) {
		w.t.Errorf("status %d does not go with %s", status, out.Bytes())
	}
	if token, _ := args["token"].(string); token != "" && bytes.Contains(out.Bytes(), []byte(token)) {
		w.t.Errorf("the token is in the answer: %s", out.Bytes())
	}
	for _, request := range r.requests {
		switch {
		case request.Method == "GET", request.Path == "/auth/login", strings.HasPrefix(request.Path, "/tools/"):
		case args["_ansible_check_mode"] == true:
			w.t.Errorf("check mode sent %s %s", request.Method, request.Path)
		case r.unchanged() && request.Status/100 == 2:
			w.t.Errorf("%s %s was carried out, and the answer says that nothing changed: %s", request.Method, request.Path, out.Bytes())
		}
	}
	extra, _ := given["fields"].(row)
	r.isDocumented(module, extra)
	return r
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

// converges is what runs every module: check predicts a change and writes
// nothing, the run does just that, and another finds nothing to do. It gives
// the answers of the real run and of the one after it.
func (w *workbench) converges(module string, given row) (real, again *result) {
	w.t.Helper()
	check := w.check(module, given)
	if !check.changed() {
		w.t.Errorf("check mode predicts no change: %v", check.row)
	}
	real = w.run(module, given)
	if !real.changed() {
		w.t.Fatalf("nothing changed: %v", real.row)
	}
	if !reflect.DeepEqual(check.row["diff"], real.row["diff"]) {
		w.t.Errorf("check mode's diff is\n%v\nthe run's is\n%v", check.row["diff"], real.row["diff"])
	}
	check.predicts(real)
	if !w.check(module, given).unchanged() {
		w.t.Errorf("check mode predicts another change")
	}
	if again = w.run(module, given); !again.unchanged() {
		w.t.Errorf("another run changed something: %v", again.row)
	}
	return real, again
}

// predicts checks what check mode said of the resource against what it became.
func (r *result) predicts(real *result) {
	r.t.Helper()
	actual := real.resource()
	for name, value := range r.resource() {
		switch now, shown := actual[name]; {
		case !shown && (strings.HasSuffix(name, "_id") || strings.HasSuffix(name, "_ids")): // sent by id, shown as an object
		case !shown && real.row["warnings"] != nil: // not shown at all, which is said
		case !alike(value, now):
			r.t.Errorf("check mode predicts %s = %v, and it is %v", name, value, now)
		}
	}
}

// alike compares a prediction with what the server shows, whose numbers may be
// texts and whose empty objects may be lists.
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

// protocol are the keys of an answer that no module documents.
var protocol = []string{"changed", "failed", "msg", "invocation"}

// isDocumented checks the answer against the documentation. The extra keys are those that the task
// gives in fields.
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

// hasTypes checks a value, and what is in it, against the types that the documentation says; null
// is of each.
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
		r.t.Errorf("the answer shows %s as %v, which is documented as %s", name, value, documented.Type)
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

// fails checks a failure against what its message must say.
func (r *result) fails(says ...string) *result {
	r.t.Helper()
	if r.row["failed"] != true {
		r.t.Errorf("there is no failure: %v", r.row)
	}
	for _, words := range says {
		if !strings.Contains(r.msg(), words) {
			r.t.Errorf("the message does not say %q: %s", words, r.msg())
		}
	}
	return r
}

// warns checks the warnings against what one of them must say.
func (r *result) warns(words string) *result {
	r.t.Helper()
	if !strings.Contains(fmt.Sprint(r.row["warnings"]), words) {
		r.t.Errorf("no warning says %q: %v", words, r.row["warnings"])
	}
	return r
}

// costs checks the requests, "GET /monitors" each, against those that are allowed.
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

// named gives the rows of monitors of that name.
func (w *workbench) named(name string) []row {
	return slices.DeleteFunc(w.Rows("monitors"), func(r row) bool { return r["name"] != name })
}

// has holds a stored row to some of its columns.
func (w *workbench) has(kind string, id int64, want row) {
	w.t.Helper()
	got := w.Row(kind, id)
	for column, value := range want {
		if !reflect.DeepEqual(got[column], value) {
			w.t.Errorf("%s %d has %s = %#v, want %#v", kind, id, column, got[column], value)
		}
	}
}
