// SPDX-License-Identifier: GPL-3.0-or-later

package version

import (
	"runtime/debug"
	"testing"
)

func TestOf(t *testing.T) {
	checkout := []debug.BuildSetting{{Key: "vcs", Value: "git"}, {Key: "vcs.revision", Value: "1f0e9c4d2b7a8899aabbccddeeff001122334455"}}
	tests := []struct {
		name, stamp     string
		info            *debug.BuildInfo
		release, commit string
	}{
		{"make", "0.1.0+1f0e9c4d2b7a", &debug.BuildInfo{Main: debug.Module{Version: "v9.9.9"}}, "0.1.0", "1f0e9c4d2b7a"},
		{"make, of changed files", "0.1.0+1f0e9c4d2b7a-dirty", nil, "0.1.0", "1f0e9c4d2b7a-dirty"},
		{"go install of a release", "", &debug.BuildInfo{Main: debug.Module{Version: "v0.2.1"}}, "0.2.1", ""},
		{
			"go install of a commit", "", &debug.BuildInfo{Main: debug.Module{Version: "v0.0.0-20260102030405-1f0e9c4d2b7a"}},
			"0.0.0-20260102030405-1f0e9c4d2b7a", "",
		},
		{"go build in a checkout", "", &debug.BuildInfo{Main: debug.Module{Version: "(devel)"}, Settings: checkout}, "devel", "1f0e9c4d2b7a"},
		{"go build without git", "", &debug.BuildInfo{Main: debug.Module{Version: "(devel)"}}, "devel", ""},
		{"a test", "", &debug.BuildInfo{}, "devel", ""},
		{"no module", "", nil, "devel", ""},
	}
	for _, test := range tests {
		release, commit := of(test.stamp, func() (*debug.BuildInfo, bool) { return test.info, test.info != nil })
		if release != test.release || commit != test.commit {
			t.Errorf("%s: %q, %q, want %q, %q", test.name, release, commit, test.release, test.commit)
		}
	}
}
