// SPDX-License-Identifier: GPL-3.0-or-later

// Package modules holds the collection's modules: for each, which resource it manages, what
// identifies one, and what its fields are. Finding, planning and writing are the work of converge;
// arguments and results are that of internal/ansible. Nothing here knows of retries or of HTTP.
package modules

import (
	"context"
	"errors"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/ansible"
	"github.com/acsmon/acsmon-ansible/internal/converge"
	"github.com/acsmon/acsmon-ansible/internal/predicted"
	"github.com/acsmon/acsmon-ansible/internal/progress"
	"github.com/acsmon/acsmon-ansible/internal/settings"
	"github.com/acsmon/acsmon-ansible/internal/specs"
)

// All returns every module of the collection. The options are those of the client, in addition to
// those of the connection.
func All(options ...acsmon.Option) []ansible.Module {
	p := program{options}
	var all []ansible.Module
	// waiting are those that wait for the server, and hold the lock only while they read and write.
	waiting := map[string]work{discovery.name: runDiscovery, deviceOID.name: runDeviceOID}
	for _, r := range resources {
		if waits := waiting[r.name]; waits != nil {
			all = append(all, p.unlocked(r.name, r.rules, waits))
		} else {
			all = append(all, p.module(r.name, r.rules, r.run))
		}
	}
	return append(all,
		p.module("acsmon_alert", ansible.Rules{}, runAlert),
		p.unlocked("acsmon_alert_info", ansible.Rules{}, runAlertInfo),
		p.unlocked("acsmon_api", ansible.Rules{}, runAPI),
		p.unlocked("acsmon_coverage", ansible.Rules{}, runCoverage),
		p.unlocked("acsmon_device_info", ansible.Rules{}, runDeviceInfo),
		p.unlocked("acsmon_device_poll", selectorRules("group"), runDevicePoll),
		p.unlocked("acsmon_device_report", ansible.Rules{}, runDeviceReport),
		p.unlocked("acsmon_monitor_check", selectorRules("group", "tags"), runMonitorCheck),
		p.unlocked("acsmon_monitor_info", ansible.Rules{}, runMonitorInfo),
		p.module("acsmon_monitor_pause", pauseRules, runMonitorPause),
		p.unlocked("acsmon_system_info", ansible.Rules{}, runSystemInfo),
		p.unlocked("acsmon_tool", ansible.Rules{}, runTool),
		p.module("acsmon_trap", ansible.Rules{}, runTrap),
		p.unlocked("acsmon_trap_info", ansible.Rules{}, runTrapInfo),
		p.unlocked("acsmon_uptime_report", ansible.Rules{}, runUptimeReport),
		p.webhookEvent(),
		config.module(p),
		monitorsBulk.module(p),
	)
}

// program is what all modules of one executable share.
type program struct{ options []acsmon.Option }

// work is what a module does.
type work func(context.Context, *session) (ansible.Result, error)

// module makes a module from its documentation, the rules that its documentation cannot express,
// and its work. A run that may write holds the lock of its server: of several forks that look for a
// monitor and miss it, one creates it and the others find it.
func (p program) module(name string, rules ansible.Rules, work work) ansible.Module {
	return p.unlocked(name, rules, work.locked)
}

// locked does the work while no other run writes to the same server.
func (w work) locked(ctx context.Context, s *session) (ansible.Result, error) {
	release, err := s.connection.Lock(ctx, s.lockName())
	if err != nil {
		return nil, err
	}
	defer release()
	return w(ctx, s)
}

// unlocked makes a module whose writes, if it has any, do not depend on what it has read.
func (p program) unlocked(name string, rules ansible.Rules, work work) ansible.Module {
	rules.URLs = []string{"base_url"}
	rules.NoLog = append(rules.NoLog, "token", "password", "headers", "proxy")
	rules.MutuallyExclusive = append(rules.MutuallyExclusive, []string{"token", "email"}, []string{"token", "password"})
	return ansible.Module{
		Name:  name,
		Rules: rules,
		Spec:  func() (*ansible.Spec, error) { return specs.Load(name) },
		Run: func(ctx context.Context, t *ansible.Task) (ansible.Result, error) {
			s, ctx, err := p.connect(ctx, t)
			if err != nil {
				return nil, err
			}
			ctx = s.follow(ctx, name)
			result, err := work(ctx, s)
			s.closeShared(result, err)
			if s.CheckMode {
				result, _ = predicted.Conceal(map[string]any(result)).(map[string]any)
			}
			s.client.NamePermission(ctx, err)
			return result, explained(err)
		},
	}
}

// session is one run of a module that has a client.
type session struct {
	*ansible.Task
	stores
	connection *settings.Connection
	progress   *progress.Progress
}

// follow reports how far the run is, and what it waits for.
func (s *session) follow(ctx context.Context, module string) context.Context {
	s.progress = &progress.Progress{
		Tell: func(line string) { s.Progress(module + ": " + line) },
		Left: func(requests int) time.Duration { return converge.Wait(s.client.Limit(), requests) },
	}
	return s.progress.Follow(ctx)
}

// connect makes the client of a task.
func (p program) connect(ctx context.Context, t *ansible.Task) (*session, context.Context, error) {
	connection, err := settings.Resolve(settings.Task, t.GivenValues(), t.Lookup, t.Secrets)
	if err != nil {
		return nil, ctx, err
	}
	connection.OnWarning = t.Warnf
	for _, warning := range connection.Warnings {
		t.Warnf("%s", warning)
	}
	client, err := connection.Client(p.options...)
	if err != nil {
		return nil, ctx, err
	}
	lists := newStores(t, client, connection.Identity(), connection.Profile)
	return &session{Task: t, stores: lists, connection: connection}, acsmon.WithWaitBudget(ctx, connection.MaxWait), nil
}

// refusal is an error of the API, with data on which a playbook can act.
type refusal struct {
	error
	api *acsmon.Error
}

func (r *refusal) Unwrap() error { return r.error }

// Failure returns the result's key "failure".
func (r *refusal) Failure() map[string]any {
	failure := map[string]any{"status": r.api.Status, "method": r.api.Method, "path": "/api/v1" + r.api.Path}
	if len(r.api.Fields) > 0 {
		failure["errors"] = r.api.Fields
	}
	return failure
}

func explained(err error) error {
	var api *acsmon.Error
	if !errors.As(err, &api) {
		return err
	}
	return &refusal{error: settings.Task.Explain(err), api: api}
}
