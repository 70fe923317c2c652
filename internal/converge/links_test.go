// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"context"
	"encoding/json"
	"reflect"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// TestLinksAreAskedForOnlyWhereTheRowDoesNotShowThem is for a list of links what
// TestLinkIsAskedForOnlyWhereTheRowDoesNotShowIt is for one.
func TestLinksAreAskedForOnlyWhereTheRowDoesNotShowThem(t *testing.T) {
	channels := Field{Name: "channels", Send: "channel_ids", Form: Links, Read: []string{"channel_ids", "channels"}}
	three, four := json.Number("3"), json.Number("4")
	mail, pager := object{"id": three, "name": "mail"}, object{"id": four, "name": "pager"}
	for _, test := range []struct {
		row     acsmon.Fields
		want    []string
		ids     list // that would be sent
		asked   bool
		differs bool
		before  list // in the diff
	}{
		{acsmon.Fields{"channel_ids": list{three, four}}, []string{"4", "3"}, list{four, three}, false, false, list{three, four}},
		{acsmon.Fields{"channel_ids": list{"3", "4"}}, []string{"3", "4", "3"}, list{"3", "4"}, false, false, list{"3", "4"}},
		{acsmon.Fields{"channel_ids": list{three}}, []string{"mail"}, list{int64(3)}, true, false, list{three}},
		{acsmon.Fields{"channel_ids": list{three, four}}, []string{"mail"}, list{int64(3)}, true, true, list{three, four}},
		{acsmon.Fields{"channels": list{mail, pager}}, []string{"pager", "mail"}, list{four, three}, false, false, list{"mail", "pager"}},
		{acsmon.Fields{"channels": list{mail, pager}}, []string{"mail"}, list{three}, false, true, list{"mail", "pager"}},
		{acsmon.Fields{"channels": list{mail}}, []string{"3"}, list{three}, false, false, list{three}},
		{acsmon.Fields{"channels": list{mail}}, []string{"Mail"}, list{int64(3)}, true, false, list{"mail"}},
		{acsmon.Fields{"channel_ids": list{}}, []string{}, list{}, false, false, list{}},
		{acsmon.Fields{"channel_ids": nil}, []string{}, list{}, false, false, list{}},
		{acsmon.Fields{"channel_ids": list{three}}, []string{}, list{}, false, true, list{three}},
		{nil, []string{"mail", "mail"}, list{int64(3)}, true, true, list{}},
	} {
		asked := false
		w := wish{Field: channels, value: test.want, resolver: Resolver{Find: func(context.Context, []string, map[string]any) ([]int64, error) {
			asked = true
			return make3(len(test.want)), nil
		}}}
		c, err := Links.compare(t.Context(), w, test.row)
		if err != nil || !reflect.DeepEqual(c.send, []any(test.ids)) || asked != test.asked {
			t.Errorf("%q in %v are %#v, asked: %v, %v", test.want, test.row, c.send, asked, err)
		}
		if c.differs != test.differs || !reflect.DeepEqual(c.before, []any(test.before)) {
			t.Errorf("%q in %v: differs %v, the diff shows %v before", test.want, test.row, c.differs, c.before)
		}
	}
}

// make3 returns n ids, each of them 3.
func make3(n int) []int64 {
	ids := make([]int64, n)
	for i := range ids {
		ids[i] = 3
	}
	return ids
}

func TestPredictLinks(t *testing.T) {
	channels := Field{Name: "channels", Send: "channel_ids", Form: Links, Read: []string{"channel_ids", "channels"}}
	ids := list{int64(3), int64(4)}
	for _, test := range []struct{ row, want acsmon.Fields }{
		{acsmon.Fields{"channel_ids": list{}}, acsmon.Fields{"channel_ids": ids}},
		{acsmon.Fields{"channels": list{}}, acsmon.Fields{"channels": list{object{"id": int64(3)}, object{"id": int64(4)}}}},
	} {
		if got := (wish{Field: channels}).linksIn(test.row, ids); !reflect.DeepEqual(got, map[string]any(test.want)) {
			t.Errorf("the prediction is %v, want %v", got, test.want)
		}
	}
}

// TestSecretsLeftOut names the secrets that an update may lose. Which secrets a resource can have
// depends on what it is after the update.
func TestSecretsLeftOut(t *testing.T) {
	kind := Kind{Name: "device", Fields: []Field{
		{Name: "version", Send: "snmp_version"},
		{Name: "community", Form: Secret, Where: map[string][]string{"version": {"1", "2c"}}},
		{Name: "user", Form: Secret, Where: map[string][]string{"version": {"3"}}},
	}}
	for _, test := range []struct {
		row   acsmon.Fields
		given map[string]any
		want  []string
	}{
		{acsmon.Fields{"snmp_version": "2c"}, object{}, []string{"community"}},
		{acsmon.Fields{"snmp_version": json.Number("3")}, object{}, []string{"user"}},
		{acsmon.Fields{"snmp_version": "2c"}, object{"community": ""}, nil},
		{acsmon.Fields{"snmp_version": nil}, object{}, []string{"community", "user"}},
		{acsmon.Fields{}, object{}, []string{"community", "user"}},
	} {
		if got := kind.secretsLeftOut(&Plan{Predicted: test.row, desired: test.given}); !reflect.DeepEqual(got, test.want) {
			t.Errorf("of %v, with %v given, %v are left out, want %v", test.row, test.given, got, test.want)
		}
	}
}
