// SPDX-License-Identifier: GPL-3.0-or-later

package inventory

import (
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/acsmon/acsmon-ansible/internal/untrusted"
)

// maxName is the length in bytes above which a name is cut: names become names of files (host_vars,
// fact caches, logs), which may have 255.
const maxName = 128

// hostName makes a text fit to be the name of a host. Letters and digits of any script, `_`, `-`
// and `.` stay. Everything else, which may mean something to patterns and shells, becomes `_`, and
// so do `-` and `.` at the beginning. IP addresses stay as they are. If the text is blank, the name
// is "".
func hostName(text string) string {
	text = strings.TrimSpace(text)
	if ip, err := netip.ParseAddr(text); err == nil && ip.Zone() == "" {
		return text
	}
	name := []byte(cut(replace(text, "-.")))
	if len(name) > 0 && (name[0] == '-' || name[0] == '.') {
		name[0] = '_'
	}
	return untrusted.VariableKey(string(name)) // it is a key of the inventory's JSON
}

// groupName makes a text fit to be the name of a group, as Ansible's own grouping does: everything
// except letters, digits and `_` becomes `_`, and a digit at the beginning gets a `_` before it.
func groupName(text string) string {
	name := cut(replace(text, ""))
	if first, _ := utf8.DecodeRuneInString(name); unicode.IsDigit(first) || reserved(name) {
		name = "_" + name
	}
	return untrusted.VariableKey(name)
}

// replace writes `_` for each character that is not a letter, a digit, `_` or one of also.
func replace(text, also string) string {
	return strings.Map(func(r rune) rune {
		if r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' || strings.ContainsRune(also, r)) {
			return r
		}
		return '_'
	}, text)
}

// cut shortens a name that is too long and adds a hash of the whole, so that two names with the
// same beginning stay different.
func cut(name string) string {
	if len(name) <= maxName {
		return name
	}
	sum := sha256.Sum256([]byte(name))
	end := maxName - 13
	for !utf8.RuneStart(name[end]) {
		end--
	}
	return name[:end] + "_" + hex.EncodeToString(sum[:6])
}

// reserved reports whether a name has a meaning of its own in Ansible. A host named localhost would
// receive every task that is delegated to the controller.
func reserved(name string) bool {
	switch strings.ToLower(name) {
	case "all", "ungrouped", "_meta":
		return true
	}
	return meansController(name)
}

// A count in the expression would cost each start half a millisecond.
var addressCharacters = regexp.MustCompile(`^[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_.])?$`)

func isLegalAddress(text string) bool { return len(text) <= 253 && addressCharacters.MatchString(text) }

// address returns a text if it is an IP address or a legal host name, and not the controller's own;
// else "". Ansible passes it to ssh and to other programs, which take `-o…` for an option.
func address(text string) string {
	text = strings.TrimSpace(text)
	if meansController(text) {
		return ""
	}
	base, zone, zoned := strings.Cut(text, "%")
	if ip, err := netip.ParseAddr(base); err == nil && ip.Zone() == "" && (!zoned || ip.Is6() && isLegalAddress(zone)) {
		return text
	}
	if isLegalAddress(text) && !strings.Contains(text, "..") {
		return text
	}
	return ""
}

// candidate is a host that needs a name.
type candidate struct {
	wish  string // the name that it would have if it were alone
	own   bool   // the wish is exactly the text
	id    string // different from those of all others; has no "_"
	text  string // what the server calls it
	from  string // the setting that chose the text; "": there is no text
	named string // the name that it already has, which is among the taken ones; "": none
}

// uniqueNames gives each candidate its name; none gets one of the taken ones.
//
// A wish that nobody else has is granted. If several have the same wish, it goes to the one whose
// text is exactly the wish, if there is only one; all others get their id at the end: NAME_ID. So
// names depend on which rows there are but never on their order, and a device named "a b" takes
// nothing from one named "a_b".
func uniqueNames(candidates []candidate, taken map[string]bool) []string {
	wishes, owners := map[string]int{}, map[string]int{}
	for _, c := range candidates {
		if c.named != "" {
			continue
		}
		wishes[c.wish]++
		if c.own {
			owners[c.wish]++
		}
	}
	names := make([]string, len(candidates))
	for i, c := range candidates {
		alone := wishes[c.wish] == 1 || c.own && owners[c.wish] == 1
		switch {
		case c.named != "":
			names[i] = c.named
		case alone && !taken[c.wish] && !reserved(c.wish):
			names[i] = c.wish
		default: // another one may be named NAME_ID
			names[i] = withID(c.wish, c.id, func(name string) bool { return wishes[name] > 0 || taken[name] })
		}
	}
	return names
}

// withID appends the id to a name until nobody has it. The results for several hosts differ by
// their ids: the id follows the last "_".
func withID(name, id string, taken func(string) bool) string {
	name = strings.ReplaceAll(name, ":", "_") + "_" + id
	for taken(name) {
		name += "_" + id
	}
	return name
}
