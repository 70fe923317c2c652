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

// toolJobs is how many jobs of tools a user can have at a time, and toolKept how long their results
// are kept.
const (
	toolJobs = 10
	toolKept = 5 * time.Minute
)

// A toolJob is a run of a tool whose result is fetched later.
type toolJob struct {
	user   int64
	due    time.Time
	result object
}

func init() {
	for _, t := range tools {
		addRoute("POST", "tools/"+t.path, "monitors.run_tools", permitted(func(c *call) *response {
			input, failed := c.validateFields(t.fields, c.input(), true)
			if failed != nil {
				return failed
			}
			result := t.answer(c, input, random(c.s.options.Seed, fmt.Sprint(t.path, input["host"]), 0))
			if c.s.alt.Tools == "result" {
				return c.answer(http.StatusOK, result)
			}
			return c.startTool(result)
		}))
	}
	addRoute("GET", "tools/jobs/{job}", "monitors.run_tools", permitted((*call).toolResult))
}

// startTool answers with a job, unless the user has too many under way.
func (c *call) startTool(result object) *response {
	user, running := c.user["id"].(int64), 0
	for _, job := range c.s.tools {
		if job.user == user && job.due.After(c.s.now()) {
			running++
		}
	}
	if running >= toolJobs {
		return c.fail(http.StatusTooManyRequests, "Too many jobs.")
	}
	return c.queuedAs(func(id string, due time.Time) { c.s.tools[id] = toolJob{user, due, result} }, func(time.Time) {})
}

// toolResult is what a job has found.
func (c *call) toolResult() *response {
	job, known := c.s.tools[c.named["job"]]
	now := c.s.now()
	switch {
	case !known, job.user != c.user["id"], now.After(job.due.Add(toolKept)):
		return c.fail(http.StatusNotFound, "")
	case job.due.After(now):
		return c.answer(http.StatusOK, object{{"job_id", c.named["job"]}, {"status", "running"}})
	}
	return c.answer(http.StatusOK, append(object{{"job_id", c.named["job"]}, {"status", "completed"}}, job.result...))
}
