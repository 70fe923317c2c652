// SPDX-License-Identifier: MIT

package acsmontest

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// A job is queued work. It is done when somebody looks after it has become due: there are no
// timers, so that the server's clock can be any clock.
type job struct {
	due time.Time
	run func(at time.Time)
}

// A result is one finished check of a monitor.
type result struct {
	at     string
	status string
	ms     any // int, or nil when there was no response
}

// runDue does the jobs that are due.
func (s *Server) runDue() {
	now := s.now()
	for len(s.jobs) > 0 && !s.jobs[0].due.After(now) {
		next := s.jobs[0]
		s.jobs = s.jobs[1:]
		next.run(next.due)
		s.version++
	}
}

// queued puts work into the queue and answers as the API does. All jobs take equally long, so the
// queue is in the order in which they become due.
func (c *call) queued(run func(at time.Time)) *response {
	return c.queuedAs(func(string, time.Time) {}, run)
}

// queuedAs is queued for work that is known by the id of its job.
func (c *call) queuedAs(note func(id string, due time.Time), run func(at time.Time)) *response {
	s := c.s
	due := s.now().Add(s.options.CheckTime)
	s.jobs = append(s.jobs, job{due: due, run: run})
	id := strings.ToLower(rand.Text())
	id = fmt.Sprintf("%s-%s-%s-%s", id[:8], id[8:12], id[12:16], id[16:])
	note(id, due)
	return c.answer(choose(s.alt.Queued == "202", http.StatusAccepted, http.StatusOK), object{{"queued", true}, {"job_id", id}})
}

// SetOutcome says what the next checks of a monitor find, one status after the other ("up", "down",
// "degraded"); the last one stays. Without it, a check finds the status that the monitor has. If
// the monitor was never checked, it finds that it is up, or that it is down if its host ends in
// .invalid.
func (s *Server) SetOutcome(monitor int64, statuses ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.outcome[monitor] = statuses
}

func (s *Server) nextOutcome(monitor row) string {
	id := monitor["id"].(int64)
	if next := s.outcome[id]; len(next) > 0 {
		if len(next) > 1 {
			s.outcome[id] = next[1:]
		}
		return next[0]
	}
	host, _ := monitor["host"].(string)
	switch {
	case monitor["status"] != "unknown":
		return fmt.Sprint(monitor["status"])
	case strings.HasSuffix(host, ".invalid"):
		return "down"
	}
	return "up"
}

// runCheck is what the probe service does with a queued check.
func (s *Server) runCheck(id int64, at time.Time) {
	monitor := s.tables["monitors"].edit(id)
	if monitor == nil { // deleted in the meantime
		return
	}
	found := result{at: at.Format(timeLayout), status: s.nextOutcome(monitor)}
	failures, _ := monitor["consecutive_failures"].(int)
	monitor["consecutive_failures"] = failures + 1
	if found.status != "down" {
		found.ms = s.responseTime(id, len(s.results[id]))
		monitor["consecutive_failures"] = 0
	}
	monitor["status"], monitor["last_checked_at"], monitor["response_time_ms"] = found.status, found.at, found.ms
	s.results[id] = append(s.results[id], found)
}

// responseTime returns how many milliseconds the n-th check of a monitor took.
func (s *Server) responseTime(monitor int64, n int) int {
	return 5 + random(s.options.Seed, "response", monitor<<20+int64(n)).IntN(240)
}

// runPoll is what the poller does with a queued poll or walk.
func (s *Server) runPoll(id int64, at time.Time) {
	device := s.tables["devices"].edit(id)
	if device == nil {
		return
	}
	device["last_polled_at"] = at.Format(timeLayout)
	if device["status"] == "unknown" {
		device["status"] = "up"
	}
}
