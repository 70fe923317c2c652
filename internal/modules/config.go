// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/ansible"
	"github.com/acsmon/acsmon-ansible/internal/converge"
	"github.com/acsmon/acsmon-ansible/internal/specs"
	"github.com/acsmon/acsmon-ansible/internal/untrusted"
)

// bulk declares a module that converges many resources at once, from lists of what
// the modules of one resource take.
type bulk struct {
	name     string
	sections []section
}

// section is an option that lists resources.
type section struct {
	option   string
	resource resource
	licensed bool // each counts towards the licence's cap
}

var monitorSection = section{"monitors", monitor, true}

// config declares acsmon_config. Each section comes after those that it refers to.
var config = bulk{"acsmon_config", []section{
	{"alert_channels", alertChannel, false},
	{"monitor_groups", monitorGroup, false},
	{"device_groups", deviceGroup, false},
	{"devices", device, true},
	monitorSection,
	{"monitor_alert_rules", monitorAlertRule, false},
	{"alert_rules", alertRule, false},
}}

// monitorsBulk declares acsmon_monitors.
var monitorsBulk = bulk{"acsmon_monitors", []section{monitorSection}}

// writing are the states that may change something.
var writing = []string{"merged", "replaced", "overridden", "deleted"}

// module is the bulk module, which needs no server to render.
func (b bulk) module(p program) ansible.Module {
	module := p.unlocked(b.name, b.rules(), b.run)
	module.Spec = b.spec
	online := module.Run
	module.Run = func(ctx context.Context, t *ansible.Task) (ansible.Result, error) {
		if t.Arg("state") == "rendered" {
			return b.render(t)
		}
		return online(ctx, t)
	}
	return module
}

// spec gives each section's items the options of the module of that resource, but
// those that the bulk module has itself.
func (b bulk) spec() (*ansible.Spec, error) {
	spec, err := specs.Read(b.name)
	if err != nil {
		return nil, err
	}
	for _, s := range b.sections {
		one, err := specs.Read(s.resource.name)
		if err != nil {
			return nil, err
		}
		maps.DeleteFunc(one.Options, func(name string, _ *ansible.Option) bool {
			return spec.Options[name] != nil || s.resource.act != nil && name == s.resource.act.option
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
	}
	var lists []string
	for _, s := range b.sections {
		rules.Options[s.option] = s.resource.rules
		lists = append(lists, s.option)
	}
	for _, state := range append(slices.Clone(writing), "rendered") {
		rules.RequiredIf = append(rules.RequiredIf, ansible.RequiredIf{Option: "state", Value: state, Required: lists, AnyOf: true})
	}
	return rules
}

func (b bulk) run(ctx context.Context, s *session) (ansible.Result, error) {
	if s.Arg("state") == "gathered" {
		return b.gather(ctx, s)
	}
	return work(b.converge).locked(ctx, s)
}

// open gives the batch of the module's sections, with nothing listed in them.
func (b bulk) open(client *acsmon.Client) (*converge.Batch, map[string]*converge.Section) {
	batch := &converge.Batch{Shown: untrusted.Visible, ShownKey: untrusted.Key}
	byKind, byOption := map[string]*converge.Section{}, map[string]*converge.Section{}
	for _, s := range b.sections {
		opened := &converge.Section{
			Engine: converge.Engine{Kind: s.resource.kind, Store: s.resource.store(client), Limit: client.Limit},
			Name:   s.option, Links: map[string]*converge.Section{},
		}
		batch.Sections = append(batch.Sections, opened)
		byKind[s.resource.kind.Name], byOption[s.option] = opened, opened
	}
	for _, s := range b.sections {
		for field, link := range s.resource.links {
			if byKind[link.kind] == nil { // there to be referred to
				byKind[link.kind] = link.section(client)
			}
			byOption[s.option].Links[field] = byKind[link.kind]
		}
	}
	return batch, byOption
}

// items reads one section's option.
func (b bulk) items(t *ansible.Task, s section, client *acsmon.Client) ([]converge.Item, error) {
	list, _ := t.Arg(s.option).([]any)
	items := make([]converge.Item, len(list))
	var faults []string
	for i, element := range list {
		given := maps.Clone(element.(map[string]any))
		maps.DeleteFunc(given, func(_ string, value any) bool { return value == nil })
		var err error
		if items[i], err = s.resource.listed(client, given, t.Arg("state") == "deleted"); err == nil {
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

func label(s section, i int, given map[string]any) string {
	if name, ok := given[s.resource.identity()].(string); ok {
		return fmt.Sprintf("%s[%d] (%q)", s.option, i, name)
	}
	return fmt.Sprintf("%s[%d]", s.option, i)
}

// refuseStars finds what stands in a result for a secret: written, it would take
// the secret's place.
func refuseStars(value any) error {
	switch value := value.(type) {
	case string:
		if untrusted.IsMask(value) {
			return errors.New("it holds what stands for a secret in results: put the secret there, or leave it out")
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
	batch, sections := b.open(s.client)
	within, err := scopeOf(s.Task)
	if err != nil {
		return nil, err
	}
	for _, listed := range b.sections {
		if s.Arg(listed.option) == nil {
			continue
		}
		section := sections[listed.option]
		if section.Items, err = b.items(s.Task, listed, s.client); err != nil {
			return nil, err
		}
		section.Exact = s.Arg("state") == "replaced" || s.Arg("state") == "overridden"
		if s.Arg("state") == "overridden" {
			section.Within = within.of(section.Kind)
		}
	}
	steps, err := batch.Plan(ctx)
	if err != nil {
		return nil, err
	}
	r := bulkReport{s, steps, converge.Wait(s.client.Limit(), converge.Changes(steps))}
	if err := b.permit(ctx, s, steps); err != nil {
		return r.result(false), err
	}
	if s.CheckMode {
		return r.result(true), nil
	}
	err = batch.Apply(ctx, steps, s.Arg("on_error") == "continue")
	return r.result(false), r.summary(err)
}

// permit refuses a plan that must not be carried out, or cannot.
func (b bulk) permit(ctx context.Context, s *session, steps []*converge.Step) error {
	var unlisted []string
	for _, step := range steps {
		if step.Index < 0 {
			unlisted = append(unlisted, step.Label())
		}
	}
	if most := s.Arg("max_deletions").(int64); int64(len(unlisted)) > most {
		return fmt.Errorf("%d things in the scope are not listed and would be removed, and max_deletions is %d: list them, or allow so many (they are %s)",
			len(unlisted), most, strings.Join(shortened(unlisted), ", "))
	}
	if err := b.fitsLicence(ctx, s, steps); err != nil {
		return err
	}
	return s.affords(ctx, steps)
}

// affords refuses steps that cannot fit into max_wait. Check mode shows them all the
// same, with a warning.
func (s *session) affords(ctx context.Context, steps []*converge.Step) error {
	err := converge.Affordable(ctx, s.client.Limit(), converge.Changes(steps))
	if err == nil || !s.CheckMode {
		return err
	}
	s.Warnf("A real run would fail before its first write: %s.", err)
	return nil
}

// mostShown is how many of many things a message names.
const mostShown = 10

func shortened(texts []string) []string {
	if len(texts) <= mostShown {
		return texts
	}
	return append(slices.Clone(texts[:mostShown]), fmt.Sprintf("and %d more", len(texts)-mostShown))
}

// fitsLicence asks for the licence's cap, where more than one thing is created that
// counts towards it. Where the server's figures do not show it, it is not known.
func (b bulk) fitsLicence(ctx context.Context, s *session, steps []*converge.Step) error {
	created := 0
	for _, step := range steps {
		licensed := slices.ContainsFunc(b.sections, func(l section) bool { return l.licensed && l.option == step.Section.Name })
		if licensed && step.Plan.Action == converge.Create {
			created++
		}
	}
	if created < 2 {
		return nil
	}
	stats, err := s.client.System.Stats(ctx)
	if api, _ := errors.AsType[*acsmon.Error](err); api != nil && api.Status >= 400 {
		return nil
	}
	if err != nil {
		return err
	}
	licence, _ := stats["licence"].(map[string]any)
	limit, used := figure(licence["cap"]), figure(licence["used"])
	if limit > 0 && used+created > limit {
		return fmt.Errorf("the licence allows %d devices and monitors, there are %d, and the task would create %d: nothing was written; remove what is not needed first, in a task of its own, or get a larger licence",
			limit, used, created)
	}
	return nil
}

// figure reads a whole number, 0 where there is none.
func figure(v any) (n int) {
	_, _ = fmt.Sscan(fmt.Sprint(v), &n)
	return n
}

// scope is what the task says may be removed.
type scope struct {
	prefix string
	has    map[string]string
}

func scopeOf(t *ansible.Task) (scope, error) {
	given, _ := t.Arg("scope").(map[string]any)
	found := scope{has: map[string]string{}}
	found.prefix, _ = given["name_prefix"].(string)
	for option, field := range map[string]string{"group": "group", "tag": "tags"} {
		text, isGiven := given[option].(string)
		if text = converge.Trim(text); text != "" {
			found.has[field] = text
		} else if isGiven {
			return found, fmt.Errorf("scope.%s is empty: name one, or set scope.all", option)
		}
	}
	if given != nil && given["all"] != true && found.prefix == "" && len(found.has) == 0 {
		return found, errors.New("the scope is empty: set one of its options, or scope.all to true")
	}
	return found, nil
}

// of gives the scope in one section; nil where it has no meaning there, and nothing
// is removed.
func (s scope) of(kind converge.Kind) *converge.Scope {
	for field := range s.has {
		if !slices.ContainsFunc(kind.Fields, func(f converge.Field) bool { return f.Name == field }) {
			return nil
		}
	}
	return &converge.Scope{Prefix: s.prefix, Has: s.has}
}

// gather gives the install as lists that can be given back.
func (b bulk) gather(ctx context.Context, s *session) (ansible.Result, error) {
	within, err := scopeOf(s.Task)
	if err != nil {
		return nil, err
	}
	wanted, _ := s.Values["sections"].([]any)
	gathered, err := b.gathered(ctx, s.client, within, func(option string) bool {
		return wanted == nil || slices.Contains(wanted, any(option))
	})
	return ansible.Result{"changed": false, "gathered": gathered}, err
}

// gathered reads the wanted sections, each as a list of the items that list what
// it has, with values of the options' types.
func (b bulk) gathered(ctx context.Context, client *acsmon.Client, within scope, wanted func(option string) bool) (map[string][]map[string]any, error) {
	spec, err := b.spec()
	if err != nil {
		return nil, err
	}
	batch, sections := b.open(client)
	all := map[string][]map[string]any{}
	for _, s := range b.sections {
		if !wanted(s.option) {
			continue
		}
		section := sections[s.option]
		if section.Within = within.of(section.Kind); section.Within == nil {
			section.Within = &converge.Scope{}
		}
		items, err := batch.Gather(ctx, section)
		if err != nil {
			return nil, err
		}
		for _, item := range items {
			for name, value := range item {
				item[name] = spec.Options[s.option].Options[name].Typed(value)
			}
		}
		all[s.option] = items
	}
	return all, nil
}

// Gathered is one list of an install, as acsmon_config takes it.
type Gathered struct {
	Option string
	Items  []GatheredItem
}

// GatheredItem is one thing of a list.
type GatheredItem struct {
	Options []Option
	// Secrets are options that it may have and that the server does not show.
	Secrets []string
}

// Option is an option with its value.
type Option struct {
	Name  string
	Value any
}

// Gather reads a whole install as the lists that make one like it, in the order of
// their dependencies, the options of each in the order of the documentation.
func Gather(ctx context.Context, client *acsmon.Client) ([]Gathered, error) {
	all, err := config.gathered(ctx, client, scope{}, func(string) bool { return true })
	if err != nil {
		return nil, err
	}
	lists := make([]Gathered, len(config.sections))
	for i, s := range config.sections {
		lists[i].Option = s.option
		for _, item := range all[s.option] {
			lists[i].Items = append(lists[i].Items, s.resource.ordered(item))
		}
	}
	return lists, nil
}

func (r resource) ordered(item map[string]any) GatheredItem {
	var gathered GatheredItem
	add := func(name string) {
		if value, ok := item[name]; ok {
			gathered.Options = append(gathered.Options, Option{name, value})
		}
	}
	add("id")
	for _, f := range r.kind.Fields {
		add(f.Name)
		if f.Compare == converge.Secret && fits(f.Where, item) {
			gathered.Secrets = append(gathered.Secrets, f.Name)
		}
	}
	return gathered
}

// fits says whether an item may be one of those to which a secret belongs.
func fits(where map[string][]string, item map[string]any) bool {
	for name, values := range where {
		if value, shown := item[name]; shown && !slices.Contains(values, fmt.Sprint(value)) {
			return false
		}
	}
	return true
}

// render gives what would be sent to create what is listed.
func (b bulk) render(t *ansible.Task) (ansible.Result, error) {
	rendered := map[string]any{}
	for _, s := range b.sections {
		if t.Arg(s.option) == nil {
			continue
		}
		items, err := b.items(t, s, nil)
		if err != nil {
			return nil, err
		}
		bodies := make([]acsmon.Fields, len(items))
		for i, item := range items {
			bodies[i] = s.resource.kind.Render(item)
		}
		rendered[s.option] = bodies
	}
	return ansible.Result{"changed": false, "rendered": rendered}, nil
}
