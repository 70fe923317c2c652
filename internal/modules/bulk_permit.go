// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/converge"
)

// permit returns a plan in the order in which it can be carried out. It returns an error if the
// plan must not or cannot be carried out.
func (b bulk) permit(ctx context.Context, s *session, steps []*converge.Step) ([]*converge.Step, error) {
	var unlisted []string
	for _, step := range steps {
		if step.Index < 0 {
			unlisted = append(unlisted, step.Label())
		}
	}
	if most := s.Arg("max_deletions").(int64); int64(len(unlisted)) > most {
		return steps, fmt.Errorf("%d things in the scope are not listed and would be removed, but max_deletions is %d: list them, or raise max_deletions (they are %s)",
			len(unlisted), most, strings.Join(shortened(unlisted), ", "))
	}
	ordered, err := b.withinLicence(ctx, s, steps)
	if err != nil {
		return steps, err
	}
	return ordered, s.affords(ctx, ordered)
}

// affords returns an error for steps that do not fit into max_wait. In check mode this is only a
// warning.
func (s *session) affords(ctx context.Context, steps []*converge.Step) error {
	err := converge.Affordable(ctx, s.client.Limit(), converge.Requests(steps, s.client.Limit()))
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

// licenceBalance is how a plan changes the number of resources that the licence counts.
type licenceBalance struct {
	created int
	removed []*converge.Step
}

// balance counts the steps that create and remove what the licence counts. A resource that is
// created switched off may not count: only the server knows.
func (b bulk) balance(steps []*converge.Step) (sum licenceBalance) {
	for _, step := range steps {
		licensed := slices.ContainsFunc(b.sections, func(l section) bool { return l.licensed && l.option == step.Section.Name })
		switch {
		case !licensed:
		case step.Plan.Action == converge.Create && step.Plan.After["is_active"] != false:
			sum.created++
		case step.Plan.Action == converge.Delete:
			sum.removed = append(sum.removed, step)
		}
	}
	return sum
}

// withinLicence fetches the cap of the licence if the plan creates more than one resource that
// counts towards it, or replaces one by another. A plan that cannot fit is an error. If there is
// room only after removals that the plan has anyway, as many of them as necessary come first. If
// the server's figures do not show the licence, nothing is known.
func (b bulk) withinLicence(ctx context.Context, s *session, steps []*converge.Step) ([]*converge.Step, error) {
	sum := b.balance(steps)
	if sum.created == 0 || sum.created+len(sum.removed) < 2 {
		return steps, nil
	}
	stats, err := s.client.System.Stats(ctx)
	var api *acsmon.Error
	if errors.As(err, &api) && api.Status >= 400 {
		return steps, nil
	}
	if err != nil {
		return nil, err
	}
	licence, _ := acsmon.LicenceIn(stats)
	if licence.Cap == 0 {
		return steps, nil
	}
	excess := int(licence.Used) + sum.created - int(licence.Cap)
	switch {
	case excess > len(sum.removed):
		return nil, fmt.Errorf("the licence allows %d devices and monitors, there are %d, and the task would create %d and remove %d: nothing was written; list fewer, remove what is not needed, or get a larger licence",
			licence.Cap, licence.Used, sum.created, len(sum.removed))
	case excess <= 0:
		return steps, nil
	}
	slices.SortStableFunc(sum.removed, func(a, b *converge.Step) int { return cmp.Compare(switchedOff(a), switchedOff(b)) })
	return removedFirst(steps, sum.removed[:excess]), nil
}

// switchedOff returns 1 if the removed resource is switched off, and may not have counted.
func switchedOff(step *converge.Step) int {
	if on, shown := switchedOn(step.Plan.Current); shown && !on {
		return 1
	}
	return 0
}

// removedFirst returns the plan with these removals before everything else.
func removedFirst(steps, removals []*converge.Step) []*converge.Step {
	rest := slices.DeleteFunc(slices.Clone(steps), func(step *converge.Step) bool { return slices.Contains(removals, step) })
	return append(slices.Clone(removals), rest...)
}
