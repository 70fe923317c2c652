// SPDX-License-Identifier: GPL-3.0-or-later

package watch

import (
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
	"github.com/acsmon/acsmon-ansible/internal/alerts"
	"github.com/acsmon/acsmon-ansible/internal/ansible"
	"github.com/acsmon/acsmon-ansible/internal/specs/docs"
)

// The guide shows the first event of bin/acsmon-sandbox -devices 8 -monitors 12.
func TestTheGuideShowsAnEvent(t *testing.T) {
	guide, err := os.ReadFile("../../collection/docs/docsite/rst/guide_event_driven.rst")
	if err != nil {
		t.Fatal(err)
	}
	_, shown, _ := strings.Cut(string(guide), ".. code-block:: json\n")
	var want map[string]any
	if err := json.NewDecoder(strings.NewReader(shown)).Decode(&want); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		server := acsmontest.New(acsmontest.Options{Seed: 1, Devices: 8, Monitors: 12, OpenAlerts: 6})
		defer server.Close()
		client, err := acsmon.New(server.URL, acsmon.WithToken(acsmon.Secret(server.Token)), acsmon.WithDialer(server.Dial))
		if err != nil {
			t.Fatal(err)
		}
		defer client.CloseIdleConnections()
		reader, err := alerts.Choice{Source: "device", Severity: []string{"critical"}}.Resolve(t.Context(), client)
		if err != nil {
			t.Fatal(err)
		}
		open, err := reader.Fetch(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		encoded, err := newLine("https://monitoring.example.com:443", Opened, open[0]).encode()
		if err != nil {
			t.Fatal(err)
		}
		var got map[string]any
		if err := json.Unmarshal(encoded, &got); err != nil {
			t.Fatal(err)
		}
		got["alert"].(map[string]any)["triggered_at"] = want["alert"].(map[string]any)["triggered_at"]
		if !reflect.DeepEqual(got, want) {
			t.Errorf("the event is\n%s, the guide shows\n%v", encoded, want)
		}
	})
}

// eventSource returns the documentation of the event source.
func eventSource(t *testing.T) *ansible.Spec {
	t.Helper()
	spec, err := docs.File("extensions/eda/plugins/event_source/alerts.py")
	if err != nil {
		t.Fatal(err)
	}
	return spec
}

// flagsOf returns the documented options that are passed on as flags of the same names.
func flagsOf(spec *ansible.Spec) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(spec.Options)), func(name string) bool {
		return slices.Contains([]string{"token", "email", "password", "feedback"}, name)
	})
}

func TestTheEventSourcePassesItsOptionsOn(t *testing.T) {
	source, err := os.ReadFile("../../collection/extensions/eda/plugins/event_source/alerts.py")
	if err != nil {
		t.Fatal(err)
	}
	tuple := regexp.MustCompile(`(?s)\nOPTIONS = \((.*?)\)`).FindSubmatch(source)
	if tuple == nil {
		t.Fatal("the event source has no tuple OPTIONS")
	}
	passed := strings.Fields(regexp.MustCompile(`[',]+`).ReplaceAllString(string(tuple[1]), " "))
	if want := flagsOf(eventSource(t)); !slices.Equal(slices.Sorted(slices.Values(passed)), want) {
		t.Errorf("the event source passes on %v, and documents %v", passed, want)
	}
}

func TestEachOptionOfTheEventSourceIsAFlag(t *testing.T) {
	spec := eventSource(t)
	for _, name := range flagsOf(spec) {
		option := spec.Options[name]
		value := cmp.Or(map[string]string{"bool": "true", "int": "60", "float": "60"}[option.Type], "x")
		if len(option.Choices) > 0 {
			value = fmt.Sprint(option.Choices[0])
		}
		o := declare(flag.NewFlagSet("watch", flag.ContinueOnError))
		if err := o.flags.Set(strings.ReplaceAll(name, "_", "-"), value); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := o.check(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTheEventSourceDocumentsTheSources(t *testing.T) {
	choices := eventSource(t).Options["source"].Choices
	for _, choice := range choices {
		o := declare(flag.NewFlagSet("watch", flag.ContinueOnError))
		o.choice.Source = fmt.Sprint(choice)
		if err := o.check(); err != nil {
			t.Errorf("source %v: %v", choice, err)
		}
	}
	if len(choices) != 4 {
		t.Errorf("the event source documents %v, want the four sources of alerts", choices)
	}
}

func TestTheEventSourceDocumentsTheDefaults(t *testing.T) {
	spec := eventSource(t)
	o := declare(flag.NewFlagSet("watch", flag.ContinueOnError))
	if err := o.check(); err != nil {
		t.Fatal(err)
	}
	if want := spec.Options["interval"].Default; fmt.Sprint(want) != fmt.Sprint(o.interval.Seconds()) {
		t.Errorf("the default interval is %s, and %v is documented", o.interval, want)
	}
	if want := spec.Options["source"].Default; want != o.choice.Source {
		t.Errorf("the default source is %s, and %v is documented", o.choice.Source, want)
	}
}
