// SPDX-License-Identifier: MIT

package acsmontest

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"
)

// A tool is one of the network tools: what it takes and what it answers. The answers are made up
// from the host. No public page says what they look like.
type tool struct {
	path   string
	fields []field
	answer func(c *call, input row, rng *rand.Rand) object
}

var toolHost = field{name: "host", writable: true, required: true}

var tools = []tool{
	{"ping", []field{toolHost, {name: "count", kind: integer, writable: true, min: 1, max: 20}}, func(c *call, input row, rng *rand.Rand) object {
		count, ok := input["count"].(int)
		if !ok {
			count = 4
		}
		return object{{"host", input["host"]}, {"sent", count}, {"received", count}, {"avg_ms", 1 + rng.IntN(80)}}
	}},
	{"traceroute", []field{toolHost}, func(c *call, input row, rng *rand.Rand) object {
		hops := []object{}
		for n := range 2 + rng.IntN(5) {
			hops = append(hops, object{{"hop", n + 1}, {"address", fmt.Sprintf("10.255.%d.1", n)}, {"ms", 1 + rng.IntN(30)}})
		}
		return object{{"host", input["host"]}, {"hops", hops}}
	}},
	{"port-scan", []field{toolHost, {name: "ports", writable: true}}, func(c *call, input row, rng *rand.Rand) object {
		return object{{"host", input["host"]}, {"open_ports", []any{22, 80, 443}}}
	}},
	{"ssl-check", []field{toolHost, {name: "port", kind: integer, writable: true, min: 1, max: 65535}}, func(c *call, input row, rng *rand.Rand) object {
		expires := c.s.started.Add(time.Duration(5+rng.IntN(300)) * 24 * time.Hour).Format(timeLayout)
		return object{{"host", input["host"]}, {"valid", true}, {"issuer", "Example CA"}, {"expires_at", c.s.alt.time(expires)}}
	}},
	{"http-headers", []field{{name: "url", writable: true, required: true, format: "url"}}, func(c *call, input row, rng *rand.Rand) object {
		return object{{"url", input["url"]}, {"status", 200}, {"headers", object{{"content-type", "text/html"}, {"server", "nginx"}}}}
	}},
	{"dns-lookup", []field{toolHost, {name: "type", writable: true, choices: []string{"A", "AAAA", "CNAME", "MX", "NS", "TXT"}}}, func(c *call, input row, rng *rand.Rand) object {
		return object{{"host", input["host"]}, {"records", []string{fmt.Sprintf("192.0.2.%d", rng.IntN(256))}}}
	}},
	{"whois", []field{toolHost}, func(c *call, input row, rng *rand.Rand) object {
		return object{{"host", input["host"]}, {"text", "Registrar: Example Registrar\n"}}
	}},
}

func init() {
	for _, t := range tools {
		addRoute("POST", "tools/"+t.path, "monitors.run_tools", permitted(func(c *call) *response {
			input, failed := c.validateFields(t.fields, c.input(), true)
			if failed != nil {
				return failed
			}
			return c.answer(http.StatusOK, t.answer(c, input, random(c.s.options.Seed, fmt.Sprint(t.path, input["host"]), 0)))
		}))
	}
}
