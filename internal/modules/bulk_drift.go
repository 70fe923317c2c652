// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/acsmon/acsmon-ansible/internal/ansible"
	"github.com/acsmon/acsmon-ansible/internal/converge"
	"github.com/acsmon/acsmon-ansible/internal/report"
)

// compare says how the server differs from what the task lists. It writes nothing to the server.
func (b bulk) compare(ctx context.Context, s *session) (ansible.Result, error) {
	batch, sections := b.open(s.stores)
	batch.MaskIsCurrent = true
	for _, section := range sections {
		section.Server.KeepsUnnamed = true // an update that is never sent loses nothing
		section.Kind.Required = nil        // and nothing is created
	}
	files, err := reportFiles(s.Task, driftEndings)
	if err != nil {
		return nil, err
	}
	if err := b.list(s.Task, sections); err != nil {
		return nil, err
	}
	for _, section := range sections {
		for i := range section.Items {
			section.Items[i].RiskSecrets, section.Items[i].ResendSecrets = true, false
		}
	}
	steps, err := batch.Plan(ctx)
	if err != nil {
		return nil, err
	}
	drift, err := s.drift(steps)
	if err != nil {
		return nil, err
	}
	drift.Notes = append(drift.Notes, b.placeholders(s.Task)...)
	result := ansible.Result{"changed": false, "differences": map[string]any{
		"same": drift.Same, "missing": drift.Missing, "different": drift.Different, "server_only": drift.ServerOnly, "notes": drift.Notes,
	}}
	return result, files.write(drift.As, result)
}

// placeholders names what an item leaves open: a mask that replaces a secret is not compared.
func (b bulk) placeholders(t *ansible.Task) []string {
	var notes []string
	for _, s := range b.sections {
		list, _ := t.Arg(s.option).([]any)
		for i, element := range list {
			given := element.(map[string]any)
			for _, path := range converge.Masks(given) {
				notes = append(notes, fmt.Sprintf("%s: %s holds a placeholder for a secret, so it is not compared", label(s, i, given), path))
			}
		}
	}
	return notes
}

// driftEndings are the endings of the files of such a report.
var driftEndings = []string{".md", ".html", ".json"}

// drift returns how a plan changes the server, without secrets.
func (s *session) drift(steps []*converge.Step) (report.Drift, error) {
	d := report.Drift{
		Server:  site(s.client.Origin()),
		Missing: []report.Thing{}, Different: []report.Thing{}, ServerOnly: []report.Thing{}, Notes: []string{},
	}
	for _, step := range steps {
		sides, err := s.Cleaned(map[string]any{"name": step.Name(), "before": orEmpty(step.Plan.Before), "after": orEmpty(step.Plan.After)})
		if err != nil {
			return d, err
		}
		before, _ := sides["before"].(map[string]any)
		after, _ := sides["after"].(map[string]any)
		for _, name := range step.Plan.NotShown {
			delete(after, name)
		}
		thing := report.Thing{List: step.Section.Name, Name: fmt.Sprint(sides["name"]), ID: step.ID(), Options: report.Differences(before, after)}
		switch step.Plan.Action {
		case converge.Create:
			thing.ID = 0
			d.Missing = append(d.Missing, thing)
		case converge.Update:
			d.Different = append(d.Different, thing)
		case converge.Delete:
			d.ServerOnly = append(d.ServerOnly, thing)
		default:
			d.Same++
		}
		for _, note := range notesOf(step) {
			d.Notes = append(d.Notes, s.Secrets.Redact(step.Label()+": "+note))
		}
	}
	d.ByName()
	return d, nil
}

// report writes the files about a plan, before the plan is carried out or refused.
func (s *session) report(files reports, steps []*converge.Step, result ansible.Result) error {
	if len(files) == 0 {
		return nil
	}
	drift, err := s.drift(steps)
	if err != nil {
		return err
	}
	return files.write(drift.As, result)
}

// notesOf says about a step what its difference does not.
func notesOf(step *converge.Step) []string {
	notes := slices.Clone(step.Plan.Warnings)
	if len(step.Plan.Left) > 0 {
		notes = append(notes, fmt.Sprintf("create_only leaves it alone, and it differs in %s", strings.Join(step.Plan.Left, ", ")))
	}
	return notes
}
