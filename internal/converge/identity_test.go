// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"math/rand/v2"
	"reflect"
	"testing"
	"testing/synctest"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// TestBatchByOtherFields compares a batch with the engine of one item, which
// TestPlanAndApplyByOtherFields compares with a model. On two equal servers both reach the same
// state, or both refuse.
func TestBatchByOtherFields(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for seed := range uint64(200) {
			install := func() (*testServer, Item) {
				g := generator{rand.New(rand.NewPCG(seed, 5))}
				w := newTestServer(t, acsmontest.Options{Seed: seed, Alternatives: g.alternatives()})
				g.fill(w)
				return w, g.itemByOthers(w)
			}
			single, item := install()
			_, _, wantErr := single.converge(t.Context(), item)

			w, _ := install() // whose item is another one
			w.MatchOn = single.MatchOn
			b := w.batch(input{items: map[string][]Item{"monitors": {item}}})
			b.Sections[2].MatchOn = w.MatchOn
			steps, err := b.Plan(t.Context())
			if err == nil {
				err = b.Apply(t.Context(), steps, false)
			}
			if (err != nil) != (wantErr != nil) {
				t.Errorf("seed %d, by %v, %+v: the batch says %v, the engine %v", seed, w.MatchOn, item, err, wantErr)
			}
			if got, want := w.Rows("monitors"), single.Rows("monitors"); !reflect.DeepEqual(got, want) {
				t.Errorf("seed %d, by %v, %+v: the batch comes to\n%v\nthe engine to\n%v", seed, w.MatchOn, item, got, want)
			}
			w.Close()
			single.Close()
		}
	})
}
