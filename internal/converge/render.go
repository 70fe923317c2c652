// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import "github.com/acsmon/acsmon-ansible/acsmon"

// Render gives what is sent to create an item, without asking the server: a link
// by name stays one, and secrets are not shown.
func (k Kind) Render(item Item) acsmon.Fields {
	sent := acsmon.Fields{}
	if item.ID != 0 {
		sent["id"] = item.ID
	}
	desired := (&Engine{Kind: k}).desired(item)
	for _, f := range k.Fields {
		value, given := desired[f.Name]
		if !given {
			continue
		}
		switch value := value.(type) {
		case Reference:
			sent[f.send()] = rendered(value.Text)
		case References:
			links := make([]any, len(value.Texts))
			for i, text := range value.Texts {
				links[i] = rendered(text)
			}
			sent[f.send()] = links
		default:
			sent[f.send()] = canonical(value)
			if f.Compare == Secret {
				sent[f.send()] = hidden(value)
			}
		}
	}
	return sent
}

// rendered is a link whose id may not be known.
func rendered(text string) any {
	if id, ok := ParseID(text); ok {
		return id
	}
	if text == "" {
		return nil
	}
	return map[string]any{"name": text}
}
