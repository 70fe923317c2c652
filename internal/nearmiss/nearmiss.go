// SPDX-License-Identifier: GPL-3.0-or-later

// Package nearmiss finds what a misspelt word may have meant. It owns what is near,
// and must not know what the words are.
package nearmiss

import (
	"slices"
	"strings"
)

// maxNameLength is more than any name has that somebody may have misspelt.
const maxNameLength = 100

// Of gives the candidate that a misspelt word most likely means, or "" when none is near: one that
// differs in case or in `-` for `_` only, else the one with the fewest edits (at most a third of
// the word, and never all of it), else the shortest that holds the word ("interval" means
// "check_interval_seconds"). Among equals the alphabet decides.
func Of(word string, candidates []string) string {
	if len(word) > maxNameLength {
		return ""
	}
	word = fold(word)
	candidates = slices.Sorted(slices.Values(candidates))
	best, fewest := "", max(1, len([]rune(word))/3)+1
	for _, candidate := range candidates {
		edits := distance(word, fold(candidate))
		if edits < fewest && edits < max(len([]rune(word)), len([]rune(candidate))) { // not every letter is another one
			best, fewest = candidate, edits
		}
	}
	if best != "" || len(word) < 3 {
		return best
	}
	for _, candidate := range candidates {
		if strings.Contains(fold(candidate), word) && (best == "" || len(candidate) < len(best)) {
			best = candidate
		}
	}
	return best
}

func fold(word string) string {
	return strings.ReplaceAll(strings.ToLower(word), "-", "_")
}

// distance counts the letters to insert, delete, replace or swap with their neighbour to make b of
// a.
func distance(a, b string) int {
	from, to := []rune(a), []rune(b)
	var beforeLast []int
	last := make([]int, len(to)+1)
	for j := range last {
		last[j] = j
	}
	for i := range from {
		row := make([]int, len(to)+1)
		row[0] = i + 1
		for j := range to {
			cost := 1
			if from[i] == to[j] {
				cost = 0
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+cost)
			if i > 0 && j > 0 && from[i] == to[j-1] && from[i-1] == to[j] {
				row[j+1] = min(row[j+1], beforeLast[j-1]+1)
			}
		}
		beforeLast, last = last, row
	}
	return last[len(to)]
}
