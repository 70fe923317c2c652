// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"encoding/xml"
	"os"
	"strings"
	"testing"
)

const printed = `
$ ansible-inventory -i acsmon --graph
@all:
  |--@status_<up>:
=> 1 request, 0 to write

$ ansible-playbook moved.yml --check --diff
TASK [Create] ****************************************************************************
changed: [localhost] => (item=a name that is longer than there is room for in the pane)
-    "port": 3306
=> 2 requests, 0 to write
$ ansible-playbook alerts.yml
ok: [localhost]
=> 4 requests, 2 to write
`

func TestThePictureShowsWhatIsPrinted(t *testing.T) {
	picture, err := draw(printed)
	if err != nil {
		t.Fatal(err)
	}
	if err := xml.Unmarshal([]byte(picture), new(struct{})); err != nil {
		t.Error(err)
	}
	for _, want := range []string{
		`fill="#ffffff" font-weight="bold">$ ansible-inventory -i acsmon --graph<`, `>  |--@status_&lt;up&gt;:<`, `>=&gt; 1 request, 0 to write<`,
		`fill="#ff8f8f">-    &#34;port&#34;: 3306<`, `than there is…<`,
	} {
		if !strings.Contains(picture, want) {
			t.Errorf("the picture lacks %s:\n%s", want, picture)
		}
	}
	if _, err := draw("$ ansible-inventory -i acsmon --graph\n"); err == nil {
		t.Error("a demo without the command has a picture")
	}
}

// The picture in the repository shows what the README does, which a test holds to the demo.
func TestThePictureIsTheReadmes(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	picture, err := os.ReadFile("../../collection/docs/docsite/rst/images/demo.svg")
	if err != nil {
		t.Fatal(err)
	}
	if want, err := draw(string(readme)); err != nil || string(picture) != want {
		t.Errorf("the picture is not that of the README (%v): run make picture", err)
	}
}
