// SPDX-License-Identifier: GPL-3.0-or-later

package nearmiss_test

import (
	"fmt"

	"github.com/acsmon/acsmon-ansible/internal/nearmiss"
)

func ExampleOf() {
	options := []string{"check_interval_seconds", "host", "name", "new_name", "timeout_ms", "1", "2c"}
	for _, word := range []string{"check_intervall_seconds", "Host", "new-name", "interval", "colour", "2"} {
		fmt.Printf("%s: %q\n", word, nearmiss.Of(word, options))
	}
	// Output:
	// check_intervall_seconds: "check_interval_seconds"
	// Host: "host"
	// new-name: "new_name"
	// interval: "check_interval_seconds"
	// colour: ""
	// 2: "2c"
}
