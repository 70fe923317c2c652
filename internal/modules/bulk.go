// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/acsmon/acsmon-ansible/internal/ansible"
	"github.com/acsmon/acsmon-ansible/internal/converge"
	"github.com/acsmon/acsmon-ansible/internal/specs"
	"github.com/acsmon/acsmon-ansible/internal/untrusted"
)

// bulk declares a module that converges many resources at once. Its options are lists of what the
// modules for one resource take.
type bulk struct {
	name     string
	sections []section
}

// section is an option that lists resources.
type section struct {
	option   string
	resource resource
	licensed bool // each counts towards the cap of the licence
}

var monitorSection = section{"monitors", monitor, true}

// config declares acsmon_config. Each section comes after those to which it refers.
var config = bulk{"acsmon_config", []section{
	{"alert_channels", alertChannel, false},
	{"monitor_groups", monitorGroup, false},
	{"device_groups", deviceGroup, false},
	{"roles", role, false},
	{"users", user, false},
	{"devices", device, true},
	monitorSection,
	{"monitor_alert_rules", monitorAlertRule, false},
	{"alert_rules", alertRule, false},
	{"dashboards", dashboard, false},
	{"mibs", mib, false},
}}

// monitorsBulk declares acsmon_monitors.
var monitorsBulk = bulk{"acsmon_monitors", []section{monitorSection}}

// writing are the states that may change something.
var writing = []string{"merged", "replaced", "overridden", "deleted"}

// module returns the bulk module. It needs no server to render.
func (b bulk) module(p program) ansible.Module {
	module := p.unlocked(b.name, b.rules(), b.run)
	module.Spec = b.spec
	online := module.Run
	module.Run = func(ctx context.Context, t *ansible.Task) (ansible.Result, error) {
		if state := t.Arg("state"); (state == "rendered" || state == "gathered") && t.Arg("report") != nil {
			return nil, fmt.Errorf("report shows what differs, and state=%s compares nothing: leave it out", state)
		}
		if t.Arg("state") == "rendered" {
			return b.render(t)
		}
		return online(ctx, t)
	}
	return module
}

// spec gives the items of each section the options of that resource's module, except those that the
// bulk module has itself.
func (b bulk) spec() (*ansible.Spec, error) {
	spec, err := specs.Load(b.name)
	if err != nil {
		return nil, err
	}
	for _, s := range b.sections {
		one, err := specs.Load(s.resource.name)
		if err != nil {
			return nil, err
		}
		maps.DeleteFunc(one.Options, func(name string, _ *ansible.Option) bool {
			isField := slices.ContainsFunc(s.resource.kind.Fields, func(f converge.Field) bool { return f.Name == name })
			return spec.Options[name] != nil && !isField || s.resource.act != nil && name == s.resource.act.option
		})
		spec.Options[s.option].Options = one.Options
	}
	return spec, nil
}

func (b bulk) rules() ansible.Rules {
	rules := ansible.Rules{
		Options: map[string]ansible.Rules{"scope": {
			RequiredOneOf:     [][]string{{"all", "group", "tag", "name_prefix"}},
			MutuallyExclusive: [][]string{{"all", "group"}, {"all", "tag"}, {"all", "name_prefix"}},
		}},
		RequiredIf: []ansible.RequiredIf{{Option: "state", Value: "overridden", Required: []string{"scope"}}},
		MasksWith:  map[string]any{"state": "compared"},
	}
	var lists []string
	for _, s := range b.sections {
		rules.Options[s.option] = s.resource.rules
		lists = append(lists, s.option)
	}
	for _, state := range append(slices.Clone(writing), "rendered", "compared") {
		rules.RequiredIf = append(rules.RequiredIf, ansible.RequiredIf{Option: "state", Value: state, Required: lists, AnyOf: true})
	}
	return rules
}

func (b bulk) run(ctx context.Context, s *session) (ansible.Result, error) {
	switch s.Arg("state") {
	case "gathered":
		return b.gather(ctx, s)
	case "compared":
		return b.compare(ctx, s)
	}
	return work(b.converge).locked(ctx, s)
}

// open returns the batch of the module's sections, with nothing listed in them.
func (b bulk) open(lists stores) (*converge.Batch, map[string]*converge.Section) {
	batch := &converge.Batch{Shown: untrusted.Visible, ShownKey: untrusted.Key}
	byKind, byOption := map[string]*converge.Section{}, map[string]*converge.Section{}
	for _, s := range b.sections {
		opened := &converge.Section{
			Engine: s.resource.engine(lists, lists.list(s.resource.store(lists.client))),
			Name:   s.option, Links: map[string]*converge.Section{},
		}
		batch.Sections = append(batch.Sections, opened)
		byKind[s.resource.kind.Name], byOption[s.option] = opened, opened
	}
	for _, s := range b.sections {
		for field, link := range s.resource.links {
			if byKind[link.kind] == nil { // it is only referred to
				byKind[link.kind] = link.section(lists)
			}
			byOption[s.option].Links[field] = byKind[link.kind]
		}
	}
	return batch, byOption
}

// manners are options of a bulk module that say for all items what a module for one resource says
// for its own.
var manners = []string{"create_only", "config_mode", "purge_tags", "purge_channels"}

// items parses the option of one section.
func (b bulk) items(t *ansible.Task, s section) ([]converge.Item, error) {
	list, _ := t.Arg(s.option).([]any)
	items := make([]converge.Item, len(list))
	var faults []string
	for i, element := range list {
		given := withoutNulls(element.(map[string]any))
		for _, manner := range manners {
			if value := t.Values[manner]; value != nil {
				given[manner] = value
			}
		}
		var err error
		if items[i], err = s.resource.item(given, t.Arg("state") == "deleted"); err == nil && t.Arg("state") != "compared" {
			err = refuseStars(given)
		}
		if err != nil {
			faults = append(faults, fmt.Sprintf("%s: %v", label(s, i, given), err))
		}
	}
	if len(faults) > 0 {
		return nil, errors.New(strings.Join(faults, "; "))
	}
	return items, nil
}

// withoutNulls returns the options of an item that have a value.
func withoutNulls(item map[string]any) map[string]any {
	given := maps.Clone(item)
	maps.DeleteFunc(given, func(_ string, value any) bool { return value == nil })
	return given
}

func label(s section, i int, given map[string]any) string {
	if name, ok := given[s.resource.identity()].(string); ok {
		return fmt.Sprintf("%s[%d] (%q)", s.option, i, name)
	}
	return fmt.Sprintf("%s[%d]", s.option, i)
}

// refuseStars returns an error for a mask: if it were written, it would replace the secret.
func refuseStars(value any) error {
	switch value := value.(type) {
	case string:
		if untrusted.IsMask(value) {
			return errors.New("it holds the mask that stands for a secret in results: put the secret there, or leave it out")
		}
	case []any:
		for _, element := range value {
			if err := refuseStars(element); err != nil {
				return err
			}
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(value)) {
			if err := refuseStars(value[key]); err != nil {
				return fmt.Errorf("%s: %w", key, err)
			}
		}
	}
	return nil
}

// converge makes the sections what the task lists.
func (b bulk) converge(ctx context.Context, s *session) (ansible.Result, error) {
	batch, sections := b.open(s.stores)
	files, err := reportFiles(s.Task, driftEndings)
	if err != nil {
		return nil, err
	}
	if err := b.list(s.Task, sections); err != nil {
		return nil, err
	}
	steps, err := batch.Plan(ctx)
	if err != nil {
		return nil, err
	}
	told := ansible.Result{}
	if err := s.report(files, steps, told); err != nil {
		return nil, err
	}
	result, err := b.carryOut(ctx, s, batch, steps)
	maps.Copy(result, told)
	return result, err
}

// carryOut makes the server what is planned, or in check mode says that it would.
func (b bulk) carryOut(ctx context.Context, s *session, batch *converge.Batch, steps []*converge.Step) (ansible.Result, error) {
	b.advise(steps)
	requests := converge.Requests(steps, s.client.Limit())
	r := bulkReport{s, steps, requests, converge.Wait(s.client.Limit(), requests)}
	steps, err := b.permit(ctx, s, steps)
	r.steps = steps
	if err != nil {
		return r.failure(), err
	}
	if s.CheckMode {
		return r.result(true), batch.Predict(ctx, steps)
	}
	batch.Progress = s.progress.Wrote
	err = batch.Apply(ctx, steps, s.Arg("on_error") == "continue")
	if err != nil {
		return r.failure(), r.summary(err)
	}
	return r.result(false), nil
}

// list puts what the task lists into the sections, and what it says about the rest.
func (b bulk) list(t *ansible.Task, sections map[string]*converge.Section) error {
	within, err := scopeOf(t)
	if err != nil {
		return err
	}
	state := t.Arg("state")
	for _, listed := range b.sections {
		if t.Arg(listed.option) == nil {
			continue
		}
		section := sections[listed.option]
		section.SecretKeys = t.SecretKeys()
		section.MatchOn = listed.resource.matchOn(t.Arg("match_on"))
		if section.Items, err = b.items(t, listed); err != nil {
			return err
		}
		section.Exact = state != "merged" && state != "deleted" && t.Arg("config_mode") != "merge" && !listed.resource.named
		if (state == "overridden" || state == "compared") && !listed.resource.named {
			section.Within = within.of(section.Kind)
		}
	}
	return nil
}

// advise adds to each plan the warnings of the resource's module.
func (b bulk) advise(steps []*converge.Step) {
	for _, listed := range b.sections {
		for _, step := range steps {
			if listed.resource.advise != nil && step.Section.Name == listed.option && step.Index >= 0 {
				item := step.Section.Items[step.Index]
				step.Plan.Warnings = append(step.Plan.Warnings, listed.resource.advise(item, step.Plan)...)
			}
		}
	}
}
