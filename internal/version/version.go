// SPDX-License-Identifier: GPL-3.0-or-later

// Package version says which release of the project an executable is. It knows
// nothing of what the executable does.
package version

import (
	"cmp"
	"runtime/debug"
	"strings"
)

// stamp is what the Makefile builds, as VERSION+COMMIT. It is one text, so that it
// can be searched for in an executable that does not run here.
var stamp string

// Release is the version without a v, such as 0.1.0; "devel" where the build does not tell.
func Release() string {
	release, _ := of(stamp, debug.ReadBuildInfo)
	return release
}

// String is the version, and in parentheses the commit, such as "0.1.0 (1f0e9c4d2b7a)".
// `go install …@VERSION` leaves no commit but the one that a version without a tag
// has in itself: then it is the version alone.
func String() string {
	release, commit := of(stamp, debug.ReadBuildInfo)
	if commit == "" {
		return release
	}
	return release + " (" + commit + ")"
}

// of reads the stamp of the Makefile, or else what the go command notes in every
// executable: the version of the module, and the commit of a checkout.
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
