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

// permit gives a plan in the order in which it can be carried out, and refuses one that
// must not be carried out, or cannot.
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

// affords refuses steps that cannot fit into max_wait. Check mode shows them all the
// same, with a warning.
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

// licenceBalance is what a plan does to the number of things that the licence counts.
type licenceBalance struct {
	created int
	removed []*converge.Step
}

// balance counts the steps that create and remove what the licence counts. What is created
// switched off may not count: the server knows.
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

// withinLicence asks for the licence's cap, where the plan creates more than one thing that
// counts towards it, or swaps one for another. A plan that cannot fit is refused. Where
// there is room only once something is removed that goes anyway, as many removals as are
// needed come first. Where the server's figures do not show the licence, it is not known.
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

// switchedOff is 1 where the resource that goes is switched off, and may not have counted.
func switchedOff(step *converge.Step) int {
	if on, shown := switchedOn(step.Plan.Current); shown && !on {
		return 1
	}
	return 0
}

// removedFirst is the plan with these removals before everything else.
func removedFirst(steps, removals []*converge.Step) []*converge.Step {
	rest := slices.DeleteFunc(slices.Clone(steps), func(step *converge.Step) bool { return slices.Contains(removals, step) })
	return append(slices.Clone(removals), rest...)
}
