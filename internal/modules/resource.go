// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/ansible"
	"github.com/acsmon/acsmon-ansible/internal/converge"
)

// resource declares a module that makes one resource present or absent. Its options id, name,
// new_name and state are the same in every such module.
type resource struct {
	name  string // of the module
	key   string // the key of the resource in the result
	kind  converge.Kind
	rules ansible.Rules
	store func(*acsmon.Client) converge.Store
	// under says in which resource's list it is, and replaces store; nil: it is in a list of the
	// install.
	under *parent
	// links says for each field that refers to another resource which one that is.
	links map[string]link
	// parts says the same for fields that refer to something within what a field before them refers
	// to.
	parts map[string]part
	// children are in a list of its own; nil: there are none.
	children *children
	// named says that what decides over access goes only where a list names it: neither a resource
	// that is not listed, nor a link or a member of a set that its item does not give.
	named bool
	// guarded says that not every token may read the list.
	guarded bool
	// act is what can be done with the resource; nil: nothing.
	act *act
	// finish removes from the result what must not leave, and adds what else the task asks for;
	// nil: there is nothing to do.
	finish func(context.Context, *task, ansible.Result) error
	// checkTask finds faults in options that do not describe the resource itself; nil: there are
	// none.
	checkTask func(*session) error
	// match lists the fields by which a resource can be found; empty: only by its name.
	match []string
	// check finds faults that the types in the documentation cannot find, before the server is
	// asked.
	check func(desired map[string]any) error
	// advise warns about what a plan does that may not be meant.
	advise func(item converge.Item, plan *converge.Plan) []string
}

// act is something that can be done with a resource, beside making it what it should be.
type act struct {
	option string // the option that says when: never, created, changed or always
	result string // the key that says whether it was done
	do     func(ctx context.Context, c *acsmon.Client, id int64) error
}

// resources are all of them, each after those to which it refers.
var resources = []resource{
	alertChannel, monitorGroup, deviceGroup, role, user, device, deviceOID, webhook, monitor,
	monitorAlertRule, alertRule, discovery, dashboard, mib,
}

// identity are the rules of the options that say which resource is meant.
var identity = ansible.Rules{RequiredOneOf: [][]string{{"id", "name"}}}

// item makes an item from the given options.
func (r resource) item(given map[string]any, absent bool) (converge.Item, error) {
	item := converge.Item{Absent: absent}
	for name, into := range map[string]*string{r.identity(): &item.Name, "new_name": &item.NewName} {
		text, ok := given[name].(string)
		if !ok {
			continue
		}
		if *into = converge.Trim(text); *into == "" {
			return item, fmt.Errorf("%s is empty: give the %s's name", name, r.kind.Name)
		}
	}
	if id, ok := given["id"].(int64); ok {
		if item.ID = id; id <= 0 {
			return item, fmt.Errorf("id is %d: it must be greater than 0", id)
		}
	}
	if item.Absent && item.NewName != "" {
		return item, fmt.Errorf("new_name cannot be combined with state: absent, which removes the %s: leave one of them out", r.kind.Name)
	}
	if item.NewName == item.Name {
		item.NewName = ""
	}
	item.ResendSecrets = given["update_password"] == "always"
	item.RiskSecrets = given["missing_secrets"] == "warn"
	if err := meet(&item, given); err != nil {
		return item, err
	}
	item.Desired = map[string]any{}
	for _, field := range r.kind.Fields {
		if value, isGiven := given[field.Name]; isGiven && field.Name != r.identity() {
			item.Desired[field.Name] = value
		}
	}
	if err := r.addExtras(&item, given["fields"]); err != nil {
		return item, err
	}
	if r.check == nil || item.Absent {
		return item, nil
	}
	return item, r.check(item.Desired)
}

// meet takes the options that say what happens to what already exists.
func meet(item *converge.Item, given map[string]any) error {
	if given["purge_tags"] == false {
		item.Adds = append(item.Adds, "tags")
	}
	if given["purge_channels"] == false {
		item.Adds = append(item.Adds, "channels")
	}
	if given["purge_permissions"] == false {
		item.Adds = append(item.Adds, "permissions")
	}
	if given["config_mode"] == "replace" {
		item.Replaces = append(item.Replaces, "config")
	}
	item.CreateOnly = given["create_only"] == true
	if !item.CreateOnly || !item.Absent && item.NewName == "" {
		return nil
	}
	contradiction := "new_name"
	if item.Absent {
		contradiction = "state"
	}
	return fmt.Errorf("create_only leaves alone what exists, but %s says what happens to it: leave one of them out", contradiction)
}

// matchOn returns the fields by which the resource is found, of those that an option names; nil if
// it cannot be found by them, or the name is the only one.
func (r resource) matchOn(given any) []string {
	named := converge.Texts(given)
	foreign := slices.ContainsFunc(named, func(field string) bool { return !slices.Contains(r.match, field) })
	if foreign || slices.Equal(named, []string{r.identity()}) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(r.match), func(field string) bool { return !slices.Contains(named, field) })
}

func (r resource) identity() string { return cmp.Or(r.kind.Identity, "name") }
