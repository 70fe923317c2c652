// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"context"
	"fmt"
	"maps"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// Predict writes a plan to a Store that keeps predictions, so that later tasks see what this one
// would have done. What a created row does not say is null in it.
func (e *Engine) Predict(ctx context.Context, p *Plan) (Outcome, error) {
	var row acsmon.Fields
	var err error
	switch p.Action {
	case Create:
		fields := acsmon.Fields{}
		for _, f := range e.Kind.Fields {
			if !f.Secret() {
				fields[f.key()] = f.New
			}
		}
		maps.Copy(fields, p.send)
		row, err = e.Store.Create(ctx, e.Kind.withoutSecrets(fields))
	case Update:
		_, err = e.Store.Update(ctx, p.Current.ID(), e.Kind.withoutSecrets(p.send))
		row = e.Kind.withoutSecrets(p.Predicted)
	case Delete:
		err = e.Store.Delete(ctx, p.Current.ID())
	}
	return Outcome{Resource: row}, err
}

// Predict does the same for the steps of a batch.
func (b *Batch) Predict(ctx context.Context, steps []*Step) error {
	for _, step := range steps {
		if !step.Plan.Changes() {
			continue
		}
		if len(step.needs) > 0 { // their ids are known now
			if err := b.planStep(ctx, step); err != nil {
				return err
			}
		}
		var err error
		if step.Outcome, err = b.engine(step).Predict(ctx, step.Plan); err != nil {
			return fmt.Errorf("%s: %w", step.Label(), err)
		}
	}
	return nil
}
