// SPDX-License-Identifier: GPL-3.0-or-later

// Package version says which release of the project an executable is. It does not know what the
// executable does.
package version

import (
	"cmp"
	"runtime/debug"
	"strings"
)

// stamp is VERSION+COMMIT, which the Makefile sets. It is one text, so that it can be searched for
// in an executable that does not run here.
var stamp string

// Release is the version without a v, such as 0.1.0, or "devel" if the build does not say.
func Release() string {
	release, _ := of(stamp, debug.ReadBuildInfo)
	return release
}

// String is the version with the commit in parentheses, such as "0.1.0 (1f0e9c4d2b7a)". `go install
// …@VERSION` records no commit, except the one within a version that has no tag; then it is the
// version alone.
func String() string {
	release, commit := of(stamp, debug.ReadBuildInfo)
	if commit == "" {
		return release
	}
	return release + " (" + commit + ")"
}

// of parses the stamp of the Makefile, or else what the go command records in every executable: the
// version of the module, and the commit of a checkout.
func of(stamp string, buildInfo func() (*debug.BuildInfo, bool)) (release, commit string) {
	if release, commit, ok := strings.Cut(stamp, "+"); ok {
		return release, commit
	}
	info, ok := buildInfo()
	if !ok {
		return "devel", ""
	}
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" {
			commit = setting.Value[:min(12, len(setting.Value))]
		}
	}
	release = strings.TrimPrefix(strings.Trim(info.Main.Version, "()"), "v")
	return cmp.Or(release, "devel"), commit
}
