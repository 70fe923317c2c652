// SPDX-License-Identifier: GPL-3.0-or-later

package collection_test

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// documentedRoutes are those that the server's public documentation lists.
const documentedRoutes = "testdata/routes.txt"

// routesGuide has the table of them.
const routesGuide = root + "docs/docsite/rst/guide_api.rst"

// tableRow is one route in the guide: what asks for it, or why nothing does.
type tableRow struct{ route, method, modules string }

var rowOfTable = regexp.MustCompile("^   \"``([A-Z]+ /[^`]+)``\", \"(.*)\", \"(.*)\"$")

func tableOfRoutes(t *testing.T) []tableRow {
	t.Helper()
	var rows []tableRow
	for line := range strings.Lines(read(t, routesGuide)) {
		if cells := rowOfTable.FindStringSubmatch(strings.TrimRight(line, "\n")); cells != nil {
			rows = append(rows, tableRow{cells[1], cells[2], cells[3]})
		} else if strings.Contains(line, "``GET ") || strings.Contains(line, "``POST ") {
			t.Errorf("no row of the table: %s", line)
		}
	}
	return rows
}

func TestTheGuideHasEachDocumentedRoute(t *testing.T) {
	file, err := os.Open(documentedRoutes)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var want, got []string
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if line := lines.Text(); line != "" && !strings.HasPrefix(line, "#") {
			want = append(want, line)
		}
	}
	for _, row := range tableOfRoutes(t) {
		got = append(got, row.route)
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the routes that are documented, and those of the guide:\n%s", diff)
	}
}

var (
	moduleInTable = regexp.MustCompile(`acsmon\.monitor\.(acsmon_[a-z_]+)#module`)
	methodInTable = regexp.MustCompile("^``([A-Za-z.]+)``$")
)

// A route has the modules that use it, or says why none does.
func TestEachRouteHasAModuleOrAReason(t *testing.T) {
	modules, named := moduleNames(t), map[string]bool{}
	for _, row := range tableOfRoutes(t) {
		found := moduleInTable.FindAllStringSubmatch(row.modules, -1)
		if len(found) == 0 && !strings.HasPrefix(row.modules, "no module: ") && !strings.HasPrefix(row.modules, "every module") {
			t.Errorf("%s has neither a module nor a reason", row.route)
		}
		for _, name := range found {
			if named[name[1]] = true; !slices.Contains(modules, name[1]) {
				t.Errorf("%s: there is no module %s", row.route, name[1])
			}
		}
	}
	named["acsmon_api"] = true // which makes any request
	for _, name := range modules {
		if !named[name] {
			t.Errorf("no route in the guide has the module %s, which must use some", name)
		}
	}
}

// The method of the client that a row names asks for the row's route, and the sandbox has it.
func TestEachRouteHasAMethodOfTheClient(t *testing.T) {
	server := acsmontest.Start(t, acsmontest.Options{})
	for _, row := range tableOfRoutes(t) {
		name := methodInTable.FindStringSubmatch(row.method)
		if name == nil {
			if !strings.HasPrefix(row.method, "not a method: ") {
				t.Errorf("%s has neither a method nor a reason: %s", row.route, row.method)
			}
			continue
		}
		client, err := acsmon.New(server.URL, acsmon.WithToken(acsmon.Secret(server.NewToken(server.Permissions()...))))
		if err != nil {
			t.Fatal(err)
		}
		server.ResetRequests()
		last, err := callMethod(client, name[1])
		if err != nil {
			t.Errorf("%s: %v", row.route, err)
			continue
		}
		requests := server.Requests()
		if len(requests) == 0 {
			t.Errorf("%s: %s asks for nothing", row.route, name[1])
			continue
		}
		if got := requests[0].Method + " " + requests[0].Path; got != numbered(row.route, last) {
			t.Errorf("%s: %s asks for %s", row.route, name[1], got)
		}
		if status := requests[0].Status; status == http.StatusMethodNotAllowed || status == http.StatusNotFound && !strings.Contains(row.route, "{") {
			t.Errorf("%s: the sandbox has no such route", row.route)
		}
	}
}

var placeholder = regexp.MustCompile(`\{[a-z]+\}`)

// numbered puts ids into a route. Each id is one more than the one before it, and the last one is
// given.
func numbered(route string, last int64) string {
	id := last - int64(len(placeholder.FindAllString(route, -1)))
	return placeholder.ReplaceAllStringFunc(route, func(string) string { id++; return fmt.Sprint(id) })
}

// callMethod calls a method of the client with ids that count from 101, and gives the last of
// them.
func callMethod(client *acsmon.Client, name string) (id int64, err error) {
	at, id := reflect.ValueOf(client), int64(100)
	parts := strings.Split(name, ".")
	for i, part := range parts {
		if at.Kind() == reflect.Pointer && at.Elem().Kind() == reflect.Struct && at.Elem().FieldByName(part).IsValid() {
			at = at.Elem().FieldByName(part)
			continue
		}
		method := at.MethodByName(part)
		if !method.IsValid() {
			return 0, fmt.Errorf("the client has no %s", strings.Join(parts[:i+1], "."))
		}
		results := method.Call(arguments(method.Type(), &id))
		if at = results[0]; len(parts) == i+1 {
			drain(at)
		}
	}
	return id, nil
}

// arguments are what a method is called with.
func arguments(of reflect.Type, id *int64) []reflect.Value {
	args := make([]reflect.Value, of.NumIn())
	for i := range args {
		switch in := of.In(i); {
		case in == reflect.TypeFor[context.Context]():
			args[i] = reflect.ValueOf(context.Background())
		case in.Kind() == reflect.Int64:
			*id++
			args[i] = reflect.ValueOf(*id)
		default:
			args[i] = reflect.Zero(in)
		}
	}
	return args
}

// drain asks for the first row of a list.
func drain(result reflect.Value) {
	if result.Kind() == reflect.Func && result.Type().CanSeq2() {
		for range result.Seq2() {
			return
		}
	}
}
