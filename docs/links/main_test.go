// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func TestLinks(t *testing.T) {
	page := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	tests := []struct {
		name, link string
		fault      bool
	}{
		{"a page", `guides/inventory.html`, false},
		{"a page that is not there", `guides/no_such.html`, true},
		{"an anchor of another page", `guides/inventory.html#names`, false},
		{"an anchor that the other page lacks", `guides/inventory.html#groups`, true},
		{"an anchor of its own", `#top`, false},
		{"an anchor that it lacks", `#bottom`, true},
		{"its own top", `#`, false},
		{"an escaped anchor", `guides/inventory.html#a&amp;b`, false},
		{"a file out of the folder", `../secret.html`, true},
		{"another server", `https://example.com/page#anchor`, false},
		{"what is no link", `https://example.com:port/`, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r, err := check(fstest.MapFS{
				"index.html":            page(`<h1 id="top"></h1><a class="x" href="` + test.link + `">link</a>`),
				"guides/inventory.html": page(`<h1 id="names"></h1><a id="a&amp;b" href="../index.html#top"></a>`),
			})
			if err != nil {
				t.Fatal(err)
			}
			if r.pages != 2 || r.links != 2 {
				t.Errorf("found %d pages and %d links, there are 2 and 2", r.pages, r.links)
			}
			if fault := len(r.faults) > 0; fault != test.fault {
				t.Errorf("faults: %q", r.faults)
			}
			if strings.HasPrefix(test.link, "https://example.com/") != slices.Equal(r.elsewhere, []string{"https://example.com/page"}) {
				t.Errorf("links to other servers: %q", r.elsewhere)
			}
		})
	}
}
