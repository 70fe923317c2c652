// SPDX-License-Identifier: MIT

package acsmon_test

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

func TestAnExampleShowsEachResourceOfTheClient(t *testing.T) {
	paths, err := filepath.Glob("example_*test.go")
	if err != nil {
		t.Fatal(err)
	}
	var examples strings.Builder
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		examples.Write(content)
	}
	client := reflect.TypeFor[acsmon.Client]()
	for i := range client.NumField() {
		field := client.Field(i)
		if field.IsExported() && !strings.Contains(examples.String(), "client."+field.Name+".") {
			t.Errorf("no example shows client.%s", field.Name)
		}
	}
}
