// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/untrusted"
)

// Secret is a value that the server takes but does not show. It is not compared, and it is in no
// result. The Item says when it is sent.
var Secret Form = concealed{}

type concealed struct{ scalar }

func (concealed) compare(_ context.Context, w wish, _ acsmon.Fields) (change, error) {
	value := canonical(w.value)
	return change{differs: w.resend, send: value, after: hidden(value)}, nil
}

func (concealed) sendBack(any) any                       { return nil }
func (concealed) list(Field, any, referrer) (any, error) { return nil, nil }
func (concealed) exactly(listed, _ any) any              { return listed }
func (concealed) render(desired any) any                 { return hidden(desired) }
func (concealed) secret() bool                           { return true }

// Password is a Secret of a person: it is sent as it is, white space included, with a create
// or if the item resends secrets. Nothing else changes it, for the person may have, and a
// server keeps one that an update leaves out.
var Password Form = password{}

type password struct{ concealed }

func (password) compare(_ context.Context, w wish, _ acsmon.Fields) (change, error) {
	return change{differs: w.resend, send: w.value, after: hidden(w.value)}, nil
}

func (password) kept() bool { return true }

// hidden replaces a secret in a diff.
func hidden(value any) any {
	if value == nil {
		return nil
	}
	return untrusted.NoLog
}

// withoutSecrets is a row without the secrets that a server may show after all.
func (k Kind) withoutSecrets(row acsmon.Fields) acsmon.Fields {
	for _, f := range k.Fields {
		if _, shown := row[f.key()]; shown && f.Secret() {
			row = maps.Clone(row)
			delete(row, f.key())
		}
	}
	return row
}

// secretsIn names the secrets that a plan sends.
func (k Kind) secretsIn(p *Plan) []string {
	var secrets []string
	for _, f := range k.Fields {
		if _, sent := p.send[f.key()]; sent && f.Secret() {
			secrets = append(secrets, f.Name)
		}
	}
	return secrets
}

// secretsLeftOut names the secrets that the updated resource may have and that are not given.
func (k Kind) secretsLeftOut(p *Plan) []string {
	var secrets []string
	for _, f := range k.Fields {
		if _, given := p.desired[f.Name]; !given && f.Secret() && !f.form().kept() && k.mayHave(p.Predicted, f) {
			secrets = append(secrets, f.Name)
		}
	}
	return secrets
}

// mayHave reports whether the secret may belong to the row. What the row does not show excludes
// nothing.
func (k Kind) mayHave(row acsmon.Fields, secret Field) bool {
	for name, values := range secret.Where {
		value, _ := k.Field(name).valueIn(row)
		if value != nil && !slices.Contains(values, fmt.Sprint(value)) {
			return false
		}
	}
	return true
}

// secrets are those of the fields of these names that the server takes and does not show.
func (k Kind) secrets(names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return !k.Field(name).Secret() })
}
