// SPDX-License-Identifier: GPL-3.0-or-later

// Command links checks the links of a folder of HTML pages: the folder must hold each file to which
// a page refers, and each page its anchors. Links to other servers are listed but not followed, so
// that a build does not depend on a network.
package main

import (
	"fmt"
	"html"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: links FOLDER")
		os.Exit(2)
	}
	report, err := check(os.DirFS(os.Args[1]))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Printf("%d pages, %d links in them\n", report.pages, report.links)
	fmt.Printf("not followed, because they lead to other servers:\n")
	for _, link := range report.elsewhere {
		fmt.Println("  " + link)
	}
	for _, fault := range report.faults {
		fmt.Fprintln(os.Stderr, fault)
	}
	if len(report.faults) > 0 {
		os.Exit(1)
	}
}

type report struct {
	pages, links int
	elsewhere    []string // each once, without its anchor
	faults       []string
}

var (
	reference = regexp.MustCompile(`\s(?:href|src)="([^"]*)"`)
	anchor    = regexp.MustCompile(`\sid="([^"]*)"`)
)

func check(site fs.FS) (report, error) {
	pages, err := loadPages(site)
	if err != nil {
		return report{}, err
	}
	r := report{pages: len(pages)}
	anchors := map[string]map[string]bool{}
	for name, page := range pages {
		anchors[name] = map[string]bool{}
		for _, id := range anchor.FindAllStringSubmatch(page, -1) {
			anchors[name][html.UnescapeString(id[1])] = true
		}
	}
	elsewhere := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(pages)) {
		for _, match := range reference.FindAllStringSubmatch(pages[name], -1) {
			r.links++
			link := html.UnescapeString(match[1])
			target, err := url.Parse(link)
			switch {
			case err != nil:
				r.faults = append(r.faults, fmt.Sprintf("%s: %q is not a link", name, link))
			case target.Scheme == "data":
			case target.Host != "":
				target.Fragment = ""
				elsewhere[target.String()] = true
			case !leads(site, anchors, name, target):
				r.faults = append(r.faults, fmt.Sprintf("%s: %q leads nowhere", name, link))
			}
		}
	}
	r.elsewhere = slices.Sorted(maps.Keys(elsewhere))
	return r, nil
}

func loadPages(site fs.FS) (map[string]string, error) {
	pages := map[string]string{}
	return pages, fs.WalkDir(site, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Ext(name) != ".html" {
			return err
		}
		page, err := fs.ReadFile(site, name)
		pages[name] = string(page)
		return err
	})
}

// leads reports whether the target of a link in the page from has its file and its anchor. Some
// pages write "#" for their own top.
func leads(site fs.FS, anchors map[string]map[string]bool, from string, target *url.URL) bool {
	name := from
	if target.Path != "" {
		name = path.Join(path.Dir(from), strings.TrimSuffix(target.Path, "/"))
	}
	if _, err := fs.Stat(site, name); err != nil {
		return false
	}
	return target.Fragment == "" || anchors[name][target.Fragment]
}
