// SPDX-License-Identifier: MIT

package acsmontest

import (
	"fmt"
	"math/rand/v2"
	"path"
	"strconv"
	"strings"
)

// A Fault breaks some of the requests on purpose.
type Fault struct {
	// Method and Path say which requests match; empty matches any. Path is below /api/v1, and a *
	// in it stands for one segment or a part of one: "/monitors/*/check".
	Method, Path string

	// The first Skip matches are left alone. After them, Times matches are hit; 0 means all.
	Skip, Times int

	// If Rate is not 0, only this share of them is hit. The server's seed decides which.
	Rate float64

	// Do is what happens to a request that is hit.
	Do Effect
}

type fault struct {
	Fault
	seen, hits int
	rng        *rand.Rand
}

// Inject adds faults after those that are there. Each request meets at most one fault, the first
// that hits it. A fault counts only requests that no earlier fault has hit.
func (s *Server) Inject(faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range faults {
		if _, err := path.Match(f.Path, ""); err != nil {
			panic(fmt.Sprintf("acsmontest: fault path %q: %v", f.Path, err))
		}
		s.faults = append(s.faults, &fault{Fault: f, rng: random(s.options.Seed, "faults", int64(len(s.faults)))})
	}
}

// ClearFaults removes all faults.
func (s *Server) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// FaultHits returns how many requests each fault has hit, in the order of Inject.
func (s *Server) FaultHits() []int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return convert(s.faults, func(f *fault) int { return f.hits })
}

// strike returns the effect of the fault that hits the request, or the zero Effect if none does.
func (s *Server) strike(x *exchange) Effect {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.faults {
		if f.matches(x) && f.hit() {
			return f.Do
		}
	}
	return Effect{}
}

func (f *fault) matches(x *exchange) bool {
	if f.Method != "" && f.Method != x.r.Method {
		return false
	}
	ok, _ := path.Match(f.Path, x.path)
	return ok || f.Path == ""
}

// hit counts a match and reports whether it is hit.
func (f *fault) hit() bool {
	f.seen++
	if f.seen <= f.Skip || f.Times > 0 && f.hits >= f.Times || f.Rate > 0 && f.rng.Float64() >= f.Rate {
		return false
	}
	f.hits++
	return true
}

// ParseFault reads a fault from one line, as the sandbox command takes it:
//
//	METHOD PATH EFFECT[=VALUE] [TIMES|SHARE%] [skip=N]
//
// METHOD and PATH may be "*" for any, as in "POST /monitors cut-after 1" or
// "* * status=503 5%". EffectNames lists the effects.
func ParseFault(line string) (Fault, error) {
	words := strings.Fields(line)
	if len(words) < 3 {
		return Fault{}, fmt.Errorf("fault %q is not METHOD PATH EFFECT[=VALUE] [TIMES|SHARE%%] [skip=N]", line)
	}
	var f Fault
	f.Method, f.Path = strings.TrimPrefix(strings.ToUpper(words[0]), "*"), words[1]
	if f.Path == "*" {
		f.Path = ""
	}
	if _, err := path.Match(f.Path, ""); err != nil {
		return f, fmt.Errorf("fault %q: path %q: %v", line, f.Path, err)
	}
	var err error
	if f.Do, err = parseEffect(words[2]); err != nil {
		return f, fmt.Errorf("fault %q: %w", line, err)
	}
	for _, word := range words[3:] {
		if err := f.parseCount(word); err != nil {
			return f, fmt.Errorf("fault %q: %w", line, err)
		}
	}
	return f, nil
}

func (f *Fault) parseCount(word string) error {
	if share, ok := strings.CutSuffix(word, "%"); ok {
		percent, err := strconv.ParseFloat(share, 64)
		if err != nil || percent <= 0 || percent > 100 {
			return fmt.Errorf("%q is not a share between 0%% and 100%%", word)
		}
		f.Rate = percent / 100
		return nil
	}
	count, target := word, &f.Times
	if skip, ok := strings.CutPrefix(word, "skip="); ok {
		count, target = skip, &f.Skip
	}
	n, err := strconv.Atoi(count)
	if err != nil || n < 0 {
		return fmt.Errorf("%q is not a count, a share or skip=N", word)
	}
	*target = n
	return nil
}
