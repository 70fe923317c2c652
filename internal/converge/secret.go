// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"fmt"
	"maps"
	"slices"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/untrusted"
)

// hidden stands in a diff for a secret.
func hidden(value any) any {
	if value == nil {
		return nil
	}
	return untrusted.NoLog
}

// concealed is a row without the secrets that a server may show all the same.
func (k Kind) concealed(row acsmon.Fields) acsmon.Fields {
	for _, f := range k.Fields {
		if _, shown := row[f.send()]; shown && f.Compare == Secret {
			row = maps.Clone(row)
			delete(row, f.send())
		}
	}
	return row
}

// secretsIn names the secrets that are given.
func (k Kind) secretsIn(desired map[string]any) []string {
	var secrets []string
	for _, f := range k.Fields {
		if _, given := desired[f.Name]; given && f.Compare == Secret {
			secrets = append(secrets, f.Name)
		}
	}
	return secrets
}

// secretsLeftOut names the secrets that the updated resource may have and that are
// not given.
func (k Kind) secretsLeftOut(p *Plan) []string {
	var secrets []string
	for _, f := range k.Fields {
		if _, given := p.desired[f.Name]; !given && f.Compare == Secret && k.has(p.Predicted, f) {
			secrets = append(secrets, f.Name)
		}
	}
	return secrets
}

// has says whether the secret may be a part of the row. What the row does not show
// excludes nothing.
func (k Kind) has(row acsmon.Fields, secret Field) bool {
	for name, values := range secret.Where {
		value, _ := k.Field(name).read(row)
		if value != nil && !slices.Contains(values, fmt.Sprint(value)) {
			return false
		}
	}
	return true
}
