// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The file that the collection ships names what is linked now.
func TestNoticesAreThoseOfWhatIsLinked(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..")
	makefile, err := os.ReadFile(filepath.Join(root, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	platforms := regexp.MustCompile(`(?m)^PLATFORMS := (.+)$`).FindSubmatch(makefile)
	if platforms == nil {
		t.Fatal("the Makefile does not set PLATFORMS")
	}
	want, err := notices(root, strings.Fields(string(platforms[1])))
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(root, "LICENSE-THIRD-PARTY.txt"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("LICENSE-THIRD-PARTY.txt is not up to date: run make notices (-linked now +in the file)\n%s", diff)
	}
}

func TestLicence(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		files map[string]string
		want  string
		err   string
	}{
		"a licence": {
			files: map[string]string{"LICENSE": "Permission is hereby granted, free of\ncharge, to any person obtaining a copy\n"},
			want:  "\n\nexample.com/a v1.2.3: MIT\n=========================\n\nPermission is hereby granted, free of\ncharge, to any person obtaining a copy\n",
		},
		"a notice and patents": {
			files: map[string]string{"LICENSE": "Mozilla Public License, version 2.0\n", "NOTICE": "By A.\n", "PATENTS": "None.\n"},
			want:  "\n\nexample.com/a v1.2.3: MPL-2.0\n=============================\n\nMozilla Public License, version 2.0\n\nBy A.\n\nNone.\n",
		},
		"a licence that nobody has looked at": {
			files: map[string]string{"LICENSE": "All rights reserved.\n"},
			err: "example.com/a: its licence is none of BSD-3-Clause, MIT, MPL-2.0: see whether it goes together with the GPL, " +
				"then add it to scripts/linked",
		},
		"no licence": {err: "example.com/a: its licence was not found"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			for file, content := range test.files {
				if err := os.WriteFile(filepath.Join(folder, file), []byte(content), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			var text strings.Builder
			err := module{Path: "example.com/a", Version: "v1.2.3", Dir: folder}.write(&text)
			if test.err != "" {
				if err == nil || !strings.HasPrefix(err.Error(), test.err) {
					t.Fatalf("got the error %v, want %s", err, test.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, text.String()); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestPlatformThatIsNone(t *testing.T) {
	t.Parallel()
	if _, err := notices(".", []string{"linux"}); err == nil || !strings.Contains(err.Error(), `"linux" is not a platform`) {
		t.Errorf("got the error %v", err)
	}
}
