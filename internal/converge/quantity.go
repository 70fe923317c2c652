// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"context"
	"regexp"
	"strings"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// Quantity is a number or a text. The server may return a number as a database column writes it: 90
// as "90.00".
var Quantity Form = quantity{}

type quantity struct{ scalar }

func (quantity) compare(_ context.Context, w wish, row acsmon.Fields) (change, error) {
	current, _ := w.valueIn(row)
	return w.replace(canonical(w.value), current, !sameQuantity(w.value, current)), nil
}

// sameQuantity compares two values without the zeros at the end of a fraction.
func sameQuantity(desired, current any) bool {
	return same(withoutZeros(desired), withoutZeros(current))
}

func withoutZeros(v any) any {
	text, _ := canonical(v).(string)
	if !strings.Contains(text, ".") || !fraction.MatchString(text) {
		return v
	}
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
}

var fraction = regexp.MustCompile(`^-?[0-9]+\.[0-9]+$`)
