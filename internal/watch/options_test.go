// SPDX-License-Identifier: GPL-3.0-or-later

package watch

import (
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

// The event source passes its options on as flags of the same names.
func TestTheEventSourceDocumentsTheOptions(t *testing.T) {
	source, err := os.ReadFile("../../collection/extensions/eda/plugins/event_source/alerts.py")
	if err != nil {
		t.Fatal(err)
	}
	spec, err := docs.File("extensions/eda/plugins/event_source/alerts.py")
	if err != nil {
		t.Fatal(err)
	}
	tuple := regexp.MustCompile(`(?s)\nOPTIONS = \((.*?)\)`).FindStringSubmatch(string(source))[1]
	passed := strings.Fields(regexp.MustCompile(`[',]+`).ReplaceAllString(tuple, " "))
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
		o := declare(flag.NewFlagSet("watch", flag.ContinueOnError))
		if err := o.flags.Set(strings.ReplaceAll(name, "_", "-"), value); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := o.check(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, choice := range spec.Options["source"].Choices {
		o := declare(flag.NewFlagSet("watch", flag.ContinueOnError))
		o.choice.Source = fmt.Sprint(choice)
		if err := o.check(); err != nil {
			t.Errorf("source %v: %v", choice, err)
		}
	}
	if n := len(spec.Options["source"].Choices); n != 4 {
		t.Errorf("the event source has %d of the four sources of alerts", n)
	}
	c := declare(flag.NewFlagSet("watch", flag.ContinueOnError))
	if err := c.check(); err != nil {
		t.Fatal(err)
	}
	if want := spec.Options["interval"].Default; fmt.Sprint(want) != fmt.Sprint(c.interval.Seconds()) {
		t.Errorf("the default interval is %s, documented is %v", c.interval, want)
	}
	if want := spec.Options["source"].Default; want != c.choice.Source {
		t.Errorf("the default source is %s, documented is %v", c.choice.Source, want)
	}
}
