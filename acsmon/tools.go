// SPDX-License-Identifier: MIT

package acsmon

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// Tools are network tools that run on the server. The vendor's documentation says what each takes
// and returns. A user can have 10 jobs in progress at a time.
//
// The response may be the result, or a job that will have it later: see [Tools.Job] and
// [Tools.Result].
type Tools struct{ client *Client }

// Ping runs ping.
func (t Tools) Ping(ctx context.Context, arguments Fields) (Fields, error) {
	return t.Run(ctx, "ping", arguments)
}

// Traceroute runs traceroute.
func (t Tools) Traceroute(ctx context.Context, arguments Fields) (Fields, error) {
	return t.Run(ctx, "traceroute", arguments)
}

// PortScan tries ports.
func (t Tools) PortScan(ctx context.Context, arguments Fields) (Fields, error) {
	return t.Run(ctx, "port-scan", arguments)
}

// SSLCheck looks at a certificate.
func (t Tools) SSLCheck(ctx context.Context, arguments Fields) (Fields, error) {
	return t.Run(ctx, "ssl-check", arguments)
}

// HTTPHeaders reads an address's headers.
func (t Tools) HTTPHeaders(ctx context.Context, arguments Fields) (Fields, error) {
	return t.Run(ctx, "http-headers", arguments)
}

// DNSLookup asks a name server.
func (t Tools) DNSLookup(ctx context.Context, arguments Fields) (Fields, error) {
	return t.Run(ctx, "dns-lookup", arguments)
}

// Whois asks a registry.
func (t Tools) Whois(ctx context.Context, arguments Fields) (Fields, error) {
	return t.Run(ctx, "whois", arguments)
}

// Run runs a tool by the name that its route has, such as "port-scan".
func (t Tools) Run(ctx context.Context, tool string, arguments Fields) (Fields, error) {
	if err := checkTool(tool); err != nil {
		return nil, err
	}
	return t.client.act(ctx, request{path: "/tools/" + tool, body: arguments, permission: "monitors.run_tools"})
}

func checkTool(tool string) error {
	if !isSegment(tool) {
		return fmt.Errorf("%q is not the name of a tool: give one such as ping", clean(tool))
	}
	return nil
}

// The public pages say that a tool runs as a job, and that its result is kept for 5 minutes. They
// do not say what a job looks like, or how to fetch its result. These are the guesses.
var (
	// jobKeys are the keys that may hold the id of a job.
	jobKeys = []string{"job_id", "job", "uuid", "id"}
	// jobOnly are the keys that a job has, with or without a result.
	jobOnly = []string{"job_id", "job", "uuid", "id", "queued", "status", "message", "tool", "type", "channel", "created_at"}
	// unfinished are the statuses of a job that has no result yet.
	unfinished = []string{"queued", "pending", "waiting", "started", "running", "processing", "in_progress"}
	// resultPaths are the routes that may return what a job has found, by its id and its tool.
	resultPaths = []func(tool, job string) string{
		func(_, job string) string { return "/tools/jobs/" + job },
		func(tool, job string) string { return "/tools/" + tool + "/" + job },
		func(_, job string) string { return "/tools/results/" + job },
	}
)

// Job returns the id of the job in a response of a tool; "" if the response is the result.
func (t Tools) Job(answer Fields) string {
	job := ""
	for _, key := range jobKeys {
		if id := text(answer[key]); job == "" && isSegment(id) {
			job = id
		}
	}
	status := strings.ToLower(text(answer["status"]))
	if job == "" || !slices.Contains(unfinished, status) && !onlyJob(answer) {
		return ""
	}
	return job
}

// onlyJob reports whether a response has only the keys of a job.
func onlyJob(answer Fields) bool {
	for key := range answer {
		if !slices.Contains(jobOnly, key) {
			return false
		}
	}
	return true
}

// Result returns what a job has found, and whether it is finished. If no route that is known to
// this package returns results, or if the job is older than 5 minutes, it returns an error for
// which IsNotFound is true. The client remembers which route answered, and tries that one first.
func (t Tools) Result(ctx context.Context, tool, job string) (found Fields, finished bool, err error) {
	if err := checkTool(tool); err != nil {
		return nil, false, err
	}
	if !isSegment(job) {
		return nil, false, fmt.Errorf("%q is not the id of a job: give the one that Job returns", clean(job))
	}
	begin := t.client.resultRoute.Load()
	for i := range int64(len(resultPaths)) {
		route := (begin + i) % int64(len(resultPaths))
		found, err = t.client.object(ctx, request{method: http.MethodGet, path: resultPaths[route](tool, job), permission: "monitors.run_tools"})
		if err == nil {
			t.client.resultRoute.Store(route)
			return found, !slices.Contains(unfinished, strings.ToLower(text(found["status"]))), nil
		}
		if !hasStatus(err, http.StatusNotFound) && !hasStatus(err, http.StatusMethodNotAllowed) {
			return nil, false, err
		}
	}
	return nil, false, &Error{Status: http.StatusNotFound, Method: http.MethodGet, Path: resultPaths[0](tool, job), Message: "no known route returns the result of a job"}
}
