// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"context"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// Scalar is one value, compared in canonical form. It is the form of a Field that names none.
var Scalar Form = scalar{}

type scalar struct{}

func (scalar) compare(_ context.Context, w wish, row acsmon.Fields) (change, error) {
	current, _ := w.valueIn(row)
	return w.replace(canonical(w.value), current, !same(w.value, current)), nil
}

func (scalar) sendBack(shown any) any                           { return shown }
func (scalar) list(_ Field, shown any, _ referrer) (any, error) { return shown, nil }
func (scalar) exactly(listed, _ any) any                        { return listed }
func (scalar) render(desired any) any                           { return canonical(desired) }
func (scalar) spelled(text string) string                       { return text }
func (scalar) secret() bool                                     { return false }
func (scalar) kept() bool                                       { return false }
