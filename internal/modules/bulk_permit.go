// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/converge"
)

// permit refuses a plan that must not be carried out, or cannot.
func (b bulk) permit(ctx context.Context, s *session, steps []*converge.Step) error {
	var unlisted []string
	for _, step := range steps {
		if step.Index < 0 {
			unlisted = append(unlisted, step.Label())
		}
	}
	if most := s.Arg("max_deletions").(int64); int64(len(unlisted)) > most {
		return fmt.Errorf("%d things in the scope are not listed and would be removed, but max_deletions is %d: list them, or raise max_deletions (they are %s)",
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
