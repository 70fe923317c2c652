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

// maxName is the length in bytes above which a name is cut: names become file
// names (host_vars, fact caches, logs), which may have 255.
const maxName = 128

// hostName makes a text fit to be a host's name. Letters and digits of any
// script, `_`, `-` and `.` stay; everything else, which patterns and shells could
// take for something else, becomes `_`, and so do `-` and `.` in front. IP
// addresses stay as they are. It is "" where nothing but blanks comes.
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

// groupName makes a text fit to be a group's name, as Ansible's own grouping
// does it: what is no letter, digit or `_` becomes `_`. A digit in front gets a
// `_` before it.
func groupName(text string) string {
	name := cut(replace(text, ""))
	if first, _ := utf8.DecodeRuneInString(name); unicode.IsDigit(first) || reserved(name) {
		name = "_" + name
	}
	return untrusted.VariableKey(name)
}

// replace puts `_` for each character that is no letter, no digit, no `_` and
// not one of also.
func replace(text, also string) string {
	return strings.Map(func(r rune) rune {
		if r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' || strings.ContainsRune(also, r)) {
			return r
		}
		return '_'
	}, text)
}

// cut shortens a name that is too long and adds a hash of the whole, so that two
// names that begin alike stay apart.
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

// reserved reports whether a name means something else to Ansible. A host named
// localhost would receive every task that is delegated to the controller.
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

// address gives a text back if it is an IP address or a legal host name, and not
// the controller's own; else "". Ansible hands it to ssh and to other programs,
// which take `-o…` for an option.
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

// candidate is a host that wants a name.
type candidate struct {
	wish  string // the name that it would have if it were alone
	own   bool   // the wish is the text to the letter
	id    string // tells it apart from all others; has no "_"
	text  string // what the server calls it
	from  string // the setting that chose the text; "": it has no name
	named string // the name that it has already, which is among the taken ones; "": none
}

// uniqueNames gives each candidate its name; none gets one of the taken ones.
//
// A wish that nobody else has is granted. Of several with the same wish, the one
// whose own name it is keeps it if there is just one such; every other gets its
// id behind it: NAME_ID. So names depend on which rows there are, never on their
// order, and a device called "a b" takes nothing from one called "a_b".
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
		default: // another one may be called NAME_ID
			names[i] = withID(c.wish, c.id, func(name string) bool { return wishes[name] > 0 || taken[name] })
		}
	}
	return names
}

// withID puts the id behind a name until nobody has it. The ids make the results
// of several hosts differ: behind the last "_" is the id.
func withID(name, id string, taken func(string) bool) string {
	name = strings.ReplaceAll(name, ":", "_") + "_" + id
	for taken(name) {
		name += "_" + id
	}
	return name
}
