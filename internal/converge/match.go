// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"fmt"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// match finds the row that an item means; nil if there is none.
func (b *Batch) match(s *Section, item Item) (acsmon.Fields, error) {
	if item.ID != 0 {
		row := s.list.byID[item.ID]
		if row == nil && !item.Absent {
			return nil, &NotFoundError{Kind: s.Kind.Name, ID: item.ID}
		}
		return row, nil
	}
	old := s.list.named[b.key(item.Name)]
	if item.NewName == "" {
		return only(s.Kind.Name, item.Name, old)
	}
	return s.renamed(item, old, s.list.named[b.key(item.NewName)])
}

// refuseRepeats finds items that mean the same resource, now or in the next run: of
// two that are found by name none may have a name that the other one has, had or
// gets.
func (b *Batch) refuseRepeats(steps []*Step, faults *Faults) {
	rows, names := map[int64]*Step{}, map[string]*Step{}
	for _, step := range steps {
		if id := step.ID(); id != 0 {
			if first := rows[id]; first != nil {
				faults.add(step, fmt.Errorf("%s means the same %s, id %d: list it once", first.Label(), step.Section.Kind.Name, id))
				continue
			}
			rows[id] = step
		}
		if step.item.ID != 0 {
			continue
		}
		for _, name := range step.item.names() {
			if first := names[b.key(name)]; first != nil {
				faults.add(step, fmt.Errorf("%s has or had the same name: list it once, or give ids", first.Label()))
			}
			names[b.key(name)] = step
		}
	}
	for _, step := range steps {
		name := b.key(step.item.finalName())
		if first := names[name]; step.item.ID != 0 && !step.item.Absent && first != nil && rows[step.ID()] == step {
			faults.add(step, fmt.Errorf("%s has or had the same name: give them different names", first.Label()))
		}
	}
}
