// SPDX-License-Identifier: GPL-3.0-or-later

package untrusted

import (
	"cmp"
	"encoding/base64"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

const (
	// shortest is the length in bytes from which a secret is also looked for inside longer texts.
	// Ansible has no such limit, and there a password "a" turns every word into stars. A shorter
	// one is hidden only if it is the whole text.
	shortest = 4
	// run is how many consecutive characters of a secret reveal it. A shorter secret must appear as
	// a whole.
	run = 8
	// strong is the length from which a secret cannot be an everyday word, and is hidden in open
	// texts too.
	strong = 16
)

// Secrets are the texts that must not be seen; they redact other texts. The zero value knows none.
// All doors of one run share one, and several goroutines may use it.
//
// A secret is found in whatever spelling a server, a URL or a message gives it, because each
// spelling is undone before it is compared. It is also found in pieces, because servers cut texts:
// 8 of its characters in a row count as the secret. So redact a text as early as possible, and cut
// it only after that.
type Secrets struct {
	mu       sync.Mutex
	secrets  map[string]bool
	open     map[string]bool
	compiled *finder // nil after a change
}

// Add adds secrets. Empty ones are ignored.
func (s *Secrets) Add(secrets ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	add(&s.secrets, secrets)
	s.compiled = nil
}

// Open adds texts that the user wrote openly. A secret that is an everyday word is not hidden
// inside them: otherwise the device public-web-01 of the community "public" would lose its name. A
// secret of 16 characters is not such a word.
func (s *Secrets) Open(texts ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	add(&s.open, texts)
	s.compiled = nil
}

func add(set *map[string]bool, texts []string) {
	if *set == nil {
		*set = map[string]bool{}
	}
	for _, text := range texts {
		if text = strings.ToValidUTF8(text, "\uFFFD"); text != "" {
			(*set)[text] = true
		}
	}
}

// Redact replaces every secret in a text by the mask.
func (s *Secrets) Redact(text string) string { return s.finder().redact(text, true) }

// RedactField is Redact for a field that users write openly, such as a name. A secret of fewer than
// 8 characters is hidden there only if it is the whole text.
func (s *Secrets) RedactField(text string) string { return s.finder().redact(text, false) }

func (s *Secrets) finder() *finder {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.compiled == nil {
		s.compiled = newFinder(s.secrets, s.open)
	}
	return s.compiled
}

// finder looks for secrets. It is immutable.
type finder struct {
	secrets map[string]bool
	words   []string        // what is looked for as a whole
	runs    map[string]bool // each run of 8 characters that reveals a secret
	grams   [1 << 11]uint32 // a hash of the four bytes that occur in runs: a text without any of them needs no closer look
	heads   []string        // how long secrets begin
	open    []string        // the open texts that contain a secret
	whole   map[string]bool // the open texts that are a secret
	strong  *finder         // of the secrets that are not everyday words; nil if there are no open texts
}

func newFinder(secrets, open map[string]bool) *finder {
	f := &finder{secrets: secrets, runs: map[string]bool{}, whole: map[string]bool{}}
	f.secrets = make(map[string]bool, len(secrets))
	for secret := range secrets {
		f.secrets[secret] = true
		f.add(secret)
	}
	slices.Sort(f.words)
	f.words = slices.Compact(f.words)
	if len(open) > 0 {
		f.strong = newFinder(strongOf(secrets), nil)
	}
	var in []string
	for text := range open {
		if f.secrets[text] && !f.strong.secrets[text] {
			f.whole[text] = true
		} else if len(f.places(text, true)) > 0 {
			in = append(in, text)
		}
	}
	f.open = in
	return f
}

func strongOf(secrets map[string]bool) map[string]bool {
	long := map[string]bool{}
	for secret := range secrets {
		if utf8.RuneCountInString(secret) >= strong {
			long[secret] = true
		}
	}
	return long
}

// address is the beginning of a URL, which is not a secret. The path before the token of a webhook
// is in the documentation of the API.
var address = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*://([^/?#@]*(/|$)([^?#@]*/webhook-ingest/)?)?`)

func (f *finder) add(secret string) {
	if len(secret) < shortest {
		return
	}
	hidden := secret[len(address.FindString(secret)):]
	if utf8.RuneCountInString(hidden) < run {
		hidden = secret
	} else {
		f.heads = append(f.heads, hidden)
	}
	for _, r := range readings(hidden) {
		if utf8.RuneCountInString(r.text) < run || hidden == secret && address.MatchString(secret) {
			f.words = append(f.words, r.text)
		} else {
			f.addRuns(r.text)
		}
	}
	for _, text := range inBase64(hidden) {
		f.addRuns(text)
	}
}

func (f *finder) addRuns(text string) {
	for part := range runsOf(text) {
		f.runs[part] = true
		for i := 0; i+4 <= len(part); i++ {
			h := gram(part[i : i+4])
			f.grams[h>>5] |= 1 << (h & 31)
		}
	}
}

// runsOf yields each run of 8 characters of a text, and where it begins.
func runsOf(text string) func(func(string, int) bool) {
	return func(yield func(string, int) bool) {
		var starts [run]int
		n := 0
		for i := range text {
			if n >= run && !yield(text[starts[n%run]:i], starts[n%run]) {
				return
			}
			starts[n%run] = i
			n++
		}
		if n >= run {
			yield(text[starts[n%run]:], starts[n%run])
		}
	}
}

// gram is a 16-bit hash of four bytes.
func gram(four string) uint32 {
	n := uint32(four[0]) | uint32(four[1])<<8 | uint32(four[2])<<16 | uint32(four[3])<<24
	return n * 2654435761 >> 16
}

// inBase64 returns what a text looks like in base64, wherever it begins in the encoded data.
func inBase64(text string) []string {
	var all []string
	for before := range 3 {
		in := append(make([]byte, before), text...)
		for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			encoded := encoding.EncodeToString(in)
			all = append(all, encoded[(before*8+5)/6:len(in)*8/6])
		}
	}
	return all
}

func (f *finder) redact(text string, inside bool) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	if f.whole[text] {
		return text
	}
	if f.secrets[text] {
		return Mask
	}
	places := f.exempt(text, f.places(text, inside))
	if f.strong != nil {
		places = append(places, f.strong.places(text, inside)...)
	}
	if len(places) == 0 {
		return text
	}
	slices.SortFunc(places, func(a, b place) int { return cmp.Compare(a.from, b.from) })
	var b strings.Builder
	end := 0
	for i, p := range places {
		if i == 0 || p.from > end { // places that touch or overlap become one
			b.WriteString(text[end:p.from])
			b.WriteString(Mask)
		}
		end = max(end, p.to)
	}
	b.WriteString(text[end:])
	return b.String()
}

// place is a part of a text.
type place struct{ from, to int }

// trimmed is the place without the spaces at its ends, which may belong to the text around it.
func (p place) trimmed(text string) place {
	part := strings.TrimLeft(text[p.from:p.to], " ")
	from := p.to - len(part)
	return place{from, from + len(strings.TrimRight(part, " "))}
}

// places finds the secrets in a text; with inside, the short ones too.
func (f *finder) places(text string, inside bool) []place {
	if len(f.words) == 0 && len(f.runs) == 0 {
		return nil
	}
	var all []place
	for _, r := range readings(text) {
		found := f.runsIn(r.text)
		for _, word := range f.words {
			if inside || utf8.RuneCountInString(word) >= run {
				found = append(found, occurrences(r.text, word)...)
			}
		}
		for _, p := range append(found, f.tail(r.text)...) {
			all = append(all, place{r.origin(p.from), r.origin(p.to)}.trimmed(text))
		}
	}
	return all
}

func occurrences(text, part string) []place {
	var all []place
	for from := 0; ; from++ {
		at := strings.Index(text[from:], part)
		if at < 0 {
			return all
		}
		from += at
		all = append(all, place{from, from + len(part)})
	}
}

func (f *finder) runsIn(text string) []place {
	if !f.mayHoldRun(text) {
		return nil
	}
	var all []place
	for part, from := range runsOf(text) {
		if f.runs[part] {
			all = append(all, place{from, from + len(part)})
		}
	}
	return all
}

// mayHoldRun looks at every fifth position: of eight consecutive bytes, one of them begins a group
// of four.
func (f *finder) mayHoldRun(text string) bool {
	if len(f.runs) == 0 {
		return false
	}
	for i := 0; i+4 <= len(text); i += 5 {
		if h := gram(text[i : i+4]); f.grams[h>>5]&(1<<(h&31)) != 0 {
			return true
		}
	}
	return false
}

var ellipsis = regexp.MustCompile(`(…|\.\.\.)["')\]]*$`)

// tail finds the beginning of a secret before the dots where a text was cut.
func (f *finder) tail(text string) []place {
	if !strings.Contains(text, "…") && !strings.Contains(text, "...") {
		return nil
	}
	cut := ellipsis.FindStringIndex(text)
	if cut == nil {
		return nil
	}
	for _, head := range f.heads {
		for length := min(len(head), cut[0], run*utf8.UTFMax); length >= shortest; length-- {
			if strings.HasSuffix(text[:cut[0]], head[:length]) {
				return []place{{cut[0] - length, cut[0]}}
			}
		}
	}
	return nil
}

// exempt leaves out the places within an open text.
func (f *finder) exempt(text string, places []place) []place {
	if len(places) == 0 {
		return nil
	}
	for _, open := range f.open {
		for _, o := range occurrences(text, open) {
			places = slices.DeleteFunc(places, func(p place) bool { return o.from <= p.from && p.to <= o.to })
		}
	}
	return places
}

// RedactKey is RedactField for the key of an object. A secret as short as a word stays.
func (s *Secrets) RedactKey(key string) string {
	if len(key) < shortest {
		return key
	}
	return s.RedactField(key)
}

// RedactValue is RedactField for all texts in a value.
func (s *Secrets) RedactValue(value any) any {
	switch value := value.(type) {
	case string:
		return s.RedactField(value)
	case []string:
		list := make([]string, len(value))
		for i, text := range value {
			list[i] = s.RedactField(text)
		}
		return list
	case []any:
		list := make([]any, len(value))
		for i, element := range value {
			list[i] = s.RedactValue(element)
		}
		return list
	case map[string]any:
		mapping := make(map[string]any, len(value))
		for key, element := range value {
			mapping[s.RedactKey(key)] = s.RedactValue(element)
		}
		return mapping
	}
	return value
}
