// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/ansible"
	"github.com/acsmon/acsmon-ansible/internal/converge"
)

// toolKeys are, for each tool, the keys of the API for the options that it takes. They are a guess:
// the vendor's pages name the tools but not the keys.
var toolKeys = map[string]map[string]string{
	"ping":         {"target": "host", "count": "count"},
	"traceroute":   {"target": "host"},
	"port-scan":    {"target": "host", "ports": "ports"},
	"ssl-check":    {"target": "host", "port": "port"},
	"http-headers": {"target": "url"},
	"dns-lookup":   {"target": "host", "record_type": "type"},
	"whois":        {"target": "host"},
}

// targetKeys are the keys that a tool may take its target under. If the server misses one of them,
// it is given that.
var targetKeys = []string{"host", "target", "domain", "url", "hostname", "address", "ip", "ip_address", "query"}

// toolOptions are the options of acsmon_tool.
type toolOptions struct {
	Tool         string         `ansible:"tool"`
	Target       string         `ansible:"target"`
	Count        *int64         `ansible:"count"`
	Port         *int64         `ansible:"port"`
	Ports        *string        `ansible:"ports"`
	RecordType   *string        `ansible:"record_type"`
	Fields       map[string]any `ansible:"fields"`
	Wait         bool           `ansible:"wait"`
	WaitTimeout  float64        `ansible:"wait_timeout"`
	PollInterval float64        `ansible:"poll_interval"`
}

func runTool(ctx context.Context, s *session) (ansible.Result, error) {
	var o toolOptions
	if err := s.Decode(&o); err != nil {
		return nil, err
	}
	arguments, err := o.arguments(s)
	if err != nil {
		return nil, err
	}
	answer, err := s.client.Tools.Run(ctx, o.Tool, arguments)
	if key := o.missedKey(arguments, err); key != "" {
		delete(arguments, toolKeys[o.Tool]["target"])
		arguments[key] = converge.Trim(o.Target)
		answer, err = s.client.Tools.Run(ctx, o.Tool, arguments)
	}
	if err != nil {
		return nil, err
	}
	job := s.client.Tools.Job(answer)
	if job == "" {
		return ansible.Result{"finished": true, "result": shownResult(answer)}, nil
	}
	result := ansible.Result{"finished": false, "job": job}
	if !o.Wait {
		return result, nil
	}
	found, err := o.await(ctx, s, job)
	if found != nil {
		result["finished"], result["result"] = true, found
	}
	return result, err
}

// arguments returns what is sent to the tool.
func (o toolOptions) arguments(s *session) (acsmon.Fields, error) {
	if o.WaitTimeout < 0 || o.PollInterval <= 0 {
		return nil, errors.New("wait_timeout must be 0 or more, and poll_interval must be more than 0")
	}
	keys, arguments := toolKeys[o.Tool], acsmon.Fields{}
	for _, option := range []string{"target", "count", "port", "ports", "record_type"} {
		key, taken := keys[option]
		switch {
		case !s.Given(option):
			continue
		case !taken:
			return nil, fmt.Errorf("%s cannot be combined with tool: %s: leave it out", option, o.Tool)
		}
		arguments[key] = s.Arg(option)
	}
	if arguments[keys["target"]] = converge.Trim(o.Target); arguments[keys["target"]] == "" {
		return nil, errors.New("target is empty: give a host, or the URL of which tool: http-headers reads the headers")
	}
	for _, key := range slices.Sorted(maps.Keys(o.Fields)) {
		if !apiKey.MatchString(key) {
			return nil, fmt.Errorf("fields has the key %q, and keys of the API are made of letters, digits and _: give one of those", key)
		}
		if arguments[key] = o.Fields[key]; o.Fields[key] == nil {
			delete(arguments, key)
		}
	}
	return arguments, nil
}

// missedKey is the key of a target that the server misses in the arguments; "" if it misses none.
func (o toolOptions) missedKey(arguments acsmon.Fields, err error) string {
	refused := acsmon.InvalidFields(err)
	for _, key := range targetKeys {
		_, sent := arguments[key]
		_, given := o.Fields[key]
		if !sent && !given && len(refused[key]) > 0 {
			return key
		}
	}
	return ""
}

// await waits for what a job finds. If no route returns that, it returns nil and warns.
func (o toolOptions) await(ctx context.Context, s *session, job string) (acsmon.Fields, error) {
	until := time.Now().Add(seconds(o.WaitTimeout))
	for {
		found, finished, err := s.client.Tools.Result(ctx, o.Tool, job)
		switch {
		case acsmon.IsNotFound(err):
			s.Warnf("the server runs %s as job %s, and has no known route for the result: look at it in the web interface", o.Tool, job)
			return nil, nil
		case err != nil:
			return nil, err
		case finished:
			return shownResult(found), nil
		}
		left := time.Until(until)
		if left <= 0 {
			return nil, fmt.Errorf("%s of %q is not finished after %v s: set wait_timeout to more", o.Tool, o.Target, o.WaitTimeout)
		}
		if err := pause(ctx, min(left, seconds(o.PollInterval))); err != nil {
			return nil, err
		}
	}
}

// shownResult is what a tool found. If it found nothing, the result is empty.
func shownResult(found acsmon.Fields) acsmon.Fields {
	if found == nil {
		return acsmon.Fields{}
	}
	return found
}
