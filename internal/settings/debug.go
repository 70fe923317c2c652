// SPDX-License-Identifier: GPL-3.0-or-later

package settings

import (
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/files"
)

// traceTo appends a line for each attempt at a request to the file that ACSMON_DEBUG names, and
// makes the file unreadable for others. Several processes may share it. A line holds no header, no
// body and no known secret.
func (c *Connection) traceTo(lookup Lookup) error {
	path, _ := lookup("ACSMON_DEBUG")
	if path == "" {
		return nil
	}
	file, err := files.AppendPrivate(path)
	if err != nil {
		return fmt.Errorf("the file that ACSMON_DEBUG names cannot be written: %w", err)
	}
	c.options = append(c.options, acsmon.WithTrace(func(t acsmon.Trace) {
		// One write for each line keeps the lines of several processes from mixing. A lost line is
		// no reason to fail.
		_, _ = file.WriteString(c.Redact(traceLine(t)))
	}))
	return nil
}

func traceLine(t acsmon.Trace) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s [%d] %s %s: status %d after %s", time.Now().UTC().Format("2006-01-02T15:04:05.000Z"), os.Getpid(),
		t.Method, t.URL, t.Status, t.Duration.Round(time.Millisecond))
	if t.Limit.PerMinute > 0 {
		fmt.Fprintf(&b, ", %d of %d requests left", t.Limit.Remaining, t.Limit.PerMinute)
	}
	if t.Err != nil {
		fmt.Fprintf(&b, ", %q", t.Err)
	}
	if t.Wait > 0 {
		fmt.Fprintf(&b, ", again in %s", t.Wait.Round(time.Millisecond))
	}
	return b.String() + "\n"
}
