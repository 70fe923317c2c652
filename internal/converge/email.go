// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"context"
	"strings"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// Email is an e-mail address. The case of its letters makes no difference: a server may write an
// address in lower case, and two accounts hardly ever differ only in that.
var Email Form = email{}

type email struct{ scalar }

func (e email) compare(_ context.Context, w wish, row acsmon.Fields) (change, error) {
	current, _ := w.valueIn(row)
	desired, isAddress := canonical(w.value).(string)
	text, isText := canonical(current).(string)
	if isAddress && isText && e.spelled(desired) == e.spelled(text) { // it stays as it is written
		return w.replace(current, current, false), nil
	}
	return w.replace(canonical(w.value), current, !same(w.value, current)), nil
}

func (email) spelled(text string) string { return strings.ToLower(Trim(text)) }
