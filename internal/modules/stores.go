// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"context"
	"iter"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/ansible"
	"github.com/acsmon/acsmon-ansible/internal/converge"
	"github.com/acsmon/acsmon-ansible/internal/folders"
	"github.com/acsmon/acsmon-ansible/internal/kept"
	"github.com/acsmon/acsmon-ansible/internal/predicted"
	"github.com/acsmon/acsmon-ansible/internal/profile"
	"github.com/acsmon/acsmon-ansible/internal/rows"
	"github.com/acsmon/acsmon-ansible/internal/sharedlist"
)

// stores are the server's lists as a run sees them: shared with the other runs of its task, and in
// check mode as they would be after the tasks before it.
type stores struct {
	client *acsmon.Client
	known  profile.Profile   // about the server
	shared *sharedlist.Lists // nil: nothing is shared
	before *predicted.Run    // nil: it is not check mode
	kept   *kept.Store       // what a lookup keeps for those after it; nil: it is not a lookup
}

// newStores returns the lists for a task. If there is no folder to share them in, each run has its
// own.
func newStores(t *ansible.Task, client *acsmon.Client, identity string, known profile.Profile) stores {
	s := stores{client: client, known: known}
	dir, err := folders.Locks()
	if err != nil {
		dir = ""
	} else {
		s.shared = &sharedlist.Lists{
			Dir: dir, Origin: client.Origin(), Identity: identity, Task: t.Of.Task, Afresh: t.Of.Repeat, Now: time.Now,
		}
	}
	if t.CheckMode {
		s.before = &predicted.Run{Dir: dir, Identity: identity, Now: time.Now}
		if dir != "" {
			s.before.ID = t.Of.Ansible
		}
	}
	return s
}

// list returns the list in which resources are found, created and changed.
func (s stores) list(store converge.Store) converge.Store {
	c, ok := store.(sharedlist.Collection)
	if !ok {
		return store
	}
	return s.predicted(s.shared.Share(c), c)
}

// referred returns a list for looking up what other resources refer to.
func (s stores) referred(store converge.Store) converge.Store {
	c, ok := store.(sharedlist.Collection)
	if !ok {
		return store
	}
	return s.predicted(s.shared.Refer(c), c)
}

// predicted returns a list with predictions, in check mode. What is written to it passes the check
// of the list itself.
func (s stores) predicted(c, itself sharedlist.Collection) converge.Store {
	if s.before == nil {
		return c
	}
	var check predicted.Check
	if checked, ok := itself.(interface {
		check(context.Context, acsmon.Fields) error
	}); ok {
		check = checked.check
	}
	return s.before.Over(c, check)
}

// reading returns a list from which rows are selected.
func (s stores) reading(c sharedlist.Collection) sharedlist.Collection {
	if s.kept == nil {
		return c
	}
	return readFrom{c, s.kept.List(c)}
}

// expected returns a list from which rows are selected to be acted on: in check mode, with what the
// tasks before this one would have done.
func (s stores) expected(c sharedlist.Collection) sharedlist.Collection {
	c = s.reading(c)
	if s.before == nil {
		return c
	}
	return readFrom{c, s.before.Over(c, nil)}
}

// readFrom is a list whose rows come from another view of it. A page is one of the server's.
type readFrom struct {
	sharedlist.Collection
	view rows.List
}

func (l readFrom) List(ctx context.Context, query acsmon.Query) iter.Seq2[acsmon.Fields, error] {
	return l.view.List(ctx, query)
}

func (l readFrom) Get(ctx context.Context, id int64) (acsmon.Fields, error) {
	return l.view.Get(ctx, id)
}

// named returns the list in which what an option names is looked up.
func (s stores) named(l link) converge.Store {
	store := l.store(s.client)
	if c, ok := store.(sharedlist.Collection); ok {
		return s.expected(c)
	}
	return store
}

// alerts returns a list of alerts for reading. It is kept by status, because it grows without end.
func (s stores) alerts(list rows.List) rows.List {
	if s.kept == nil {
		return list
	}
	return s.kept.List(list, "status")
}

// lockName is the name of the lock that the run holds: of several forks that look for a monitor and
// miss it, one creates it and the others find it. In check mode only the runs of one playbook wait
// for each other.
func (s *session) lockName() string {
	if s.CheckMode {
		return "predictions of " + s.Of.Ansible + " for " + s.client.Origin()
	}
	return "writes to " + s.client.Origin()
}

// closeShared tells the shared lists how the run ended.
func (s *session) closeShared(result ansible.Result, err error) {
	if err != nil {
		s.shared.Forget()
	}
	if changed, _ := result["changed"].(bool); changed && !s.CheckMode {
		s.shared.Wrote()
	}
}
