// SPDX-License-Identifier: GPL-3.0-or-later

package watch

import (
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/collection"
	"github.com/acsmon/acsmon-ansible/internal/ansible"
)

// The event source passes its options on as flags of the same names.
func TestTheEventSourceDocumentsTheOptions(t *testing.T) {
	source, err := os.ReadFile("../../collection/extensions/eda/plugins/event_source/alerts.py")
	if err != nil {
		t.Fatal(err)
	}
	spec, err := ansible.ReadSpec(source, collection.Fragment)
	if err != nil {
		t.Fatal(err)
	}
	passed := strings.Fields(regexp.MustCompile(`[',]+`).ReplaceAllString(regexp.MustCompile(`(?s)\nOPTIONS = \((.*?)\)`).FindStringSubmatch(string(source))[1], " "))
	documented := slices.DeleteFunc(slices.Sorted(maps.Keys(spec.Options)), func(name string) bool {
		return slices.Contains([]string{"token", "email", "password", "feedback"}, name)
	})
	if slices.Sort(passed); !slices.Equal(passed, documented) {
		t.Errorf("passed on are %v, documented %v", passed, documented)
	}
	for _, name := range documented {
		option := spec.Options[name]
		value := map[string]string{"bool": "true", "int": "60", "float": "60"}[option.Type]
		if len(option.Choices) > 0 {
			value = fmt.Sprint(option.Choices[0])
		}
		if value == "" {
			value = "x"
		}
		if _, err := parse([]string{"--" + strings.ReplaceAll(name, "_", "-") + "=" + value}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if flag := "--" + strings.ReplaceAll(name, "_", "-"); !strings.Contains(usage, flag) {
			t.Errorf("the help does not name %s", flag)
		}
	}
	c, err := parse(nil)
	if err != nil {
		t.Fatal(err)
	}
	if want := spec.Options["interval"].Default; fmt.Sprint(want) != fmt.Sprint(c.interval.Seconds()) {
		t.Errorf("the default interval is %s, documented is %v", c.interval, want)
	}
	if want := spec.Options["source"].Default; want != c.choice.Source {
		t.Errorf("the default source is %s, documented is %v", c.choice.Source, want)
	}
}
