// SPDX-License-Identifier: GPL-3.0-or-later

package inventory

import (
	"net/netip"
	"regexp"
	"strconv"
	"strings"
)

// meansController reports whether a program on the controller that connects to an address or a name
// reaches the controller itself. A monitoring server usually monitors itself under such an address;
// for Ansible, it would be the wrong machine.
func meansController(address string) bool {
	address = strings.ToLower(strings.TrimSuffix(strings.TrimSpace(address), "."))
	base, _, _ := strings.Cut(address, "%")
	if ip, err := netip.ParseAddr(base); err == nil {
		return isController(ip)
	}
	if ip, ok := oldAddress(base); ok {
		return isController(ip)
	}
	if !strings.Contains(address, "local") && !strings.Contains(address, "loopback") { // this is nearly always so, and takes no time
		return false
	}
	first, _, _ := strings.Cut(address, ".")
	return controllerNames.MatchString(first) || strings.HasSuffix(address, ".localhost")
}

// controllerNames are the names by which systems know themselves, with any domain:
// localhost4.localdomain4 as well as localhost.example.com.
var controllerNames = regexp.MustCompile(`^(localhost[46]?|(ip6-|ipv6-)(localhost|loopback)|loopback)$`)

// isController reports whether an IP address is a loopback or unspecified address, or an IPv6
// address that stands for such an IPv4 address.
func isController(ip netip.Addr) bool {
	ip = ip.WithZone("")
	if ip.IsLoopback() || ip.IsUnspecified() {
		return true
	}
	for _, embedding := range embeddings {
		if embedding.prefix.Contains(ip) {
			bytes := ip.As16()
			inner := netip.AddrFrom4([4]byte(bytes[embedding.at:]))
			return inner.IsLoopback() || inner.IsUnspecified()
		}
	}
	return false
}

// embeddings are the IPv6 networks whose addresses hold an IPv4 address, and at which byte: mapped,
// translated, compatible, NAT64 and 6to4.
var embeddings = []struct {
	prefix netip.Prefix
	at     int
}{
	{netip.MustParsePrefix("::ffff:0:0/96"), 12},
	{netip.MustParsePrefix("::ffff:0:0:0/96"), 12},
	{netip.MustParsePrefix("::/96"), 12},
	{netip.MustParsePrefix("64:ff9b::/96"), 12},
	{netip.MustParsePrefix("2002::/16"), 2},
}

// oldAddress parses what the C library also takes for an IPv4 address: one to four numbers,
// decimal, octal or hexadecimal, of which the last fills the remaining bytes. "127.1", "0x7f.1" and
// "2130706433" are 127.0.0.1.
func oldAddress(text string) (netip.Addr, bool) {
	if text == "" || text[0] < '0' || text[0] > '9' {
		return netip.Addr{}, false
	}
	parts := strings.Split(text, ".")
	if len(parts) > 4 {
		return netip.Addr{}, false
	}
	var value uint64
	for i, part := range parts {
		number, err := strconv.ParseUint(part, 0, 32)
		bits := 8
		if i == len(parts)-1 {
			bits = 8 * (5 - len(parts))
		}
		if err != nil || number >= 1<<bits || strings.ContainsAny(part, "_bo") {
			return netip.Addr{}, false
		}
		value = value<<bits | number
	}
	return netip.AddrFrom4([4]byte{byte(value >> 24), byte(value >> 16), byte(value >> 8), byte(value)}), true
}
