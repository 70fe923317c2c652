// SPDX-License-Identifier: GPL-3.0-or-later

package report

import (
	"cmp"
	"crypto/sha256"
	_ "embed" // of the style
	"encoding/base64"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/acsmon/acsmon-ansible/internal/untrusted"
)

const (
	worst     = 20  // how many monitors the chart shows
	mostTypes = 12  // how many types it shows
	longest   = 160 // how many characters of a name
)

//go:embed report.css
var style string

// policy allows the page its own style and nothing else: no script, no image, no font, no
// connection, wherever the page is opened.
var policy = func() string {
	hash := sha256.Sum256([]byte(style))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(hash[:]) + "'; base-uri 'none'; form-action 'none'"
}()

// page is what the page shows, with all texts ready.
type page struct {
	Title, Server, Window, Other, Target string
	Generated                            time.Time
	Checks, Groups                       bool // whether the table has these columns
	Tiles                                []tile
	Bands, Types, Worst                  chart
	Down                                 int // monitors that were down at any time
	Monitors                             []shown
}

type tile struct{ Name, Value, Note, Level string }

// chart is a list of bars on one axis.
type chart struct {
	Ticks []tick
	Bars  []bar
}

type tick struct{ At, Label, Anchor string }

// bar is one line of a chart: its length and the place of its mark, both as a percentage of the
// axis, and the figures in words.
type bar struct {
	Label, Note, Level, Length, Mark, Value, More string
}

// shown is one line of the table.
type shown struct {
	Name, Type, Group, Status, Uptime7d, Level7d, Uptime30d, Level30d, Down, Checks, Failed string
}

// html returns the report as one page.
func (r Uptime) html(at time.Time) []byte {
	p := page{
		Title: untrusted.Line(r.Title), Server: untrusted.Line(r.Server), Window: days(r.Days), Other: days(37 - r.Days),
		Target: trimmed(r.Target) + " %", Generated: at.UTC(), Checks: r.Checks,
		Tiles: r.tiles(), Bands: r.bandChart(), Types: r.typeChart(),
	}
	p.Worst, p.Down = r.worstChart()
	for _, m := range r.Monitors {
		p.Groups = p.Groups || m.Group != ""
		p.Monitors = append(p.Monitors, r.shown(m))
	}
	return render(p.Title, p.Generated, p.main())
}

// generated finds the time of a report in Markdown, in a page, in a table and in JSON.
var generated = regexp.MustCompile(`(?:^<!-- generated |<meta name="generated" content="|"generated": ?"|,)(20[0-9-]{8}T[0-9:]{8}Z)["\n ]`)

// Generated returns the time of a report.
func Generated(content []byte) (time.Time, bool) {
	found := generated.FindSubmatch(content)
	if found == nil {
		return time.Time{}, false
	}
	at, err := time.Parse(time.RFC3339, string(found[1]))
	return at, err == nil
}

func (r Uptime) tiles() []tile {
	s := r.Summary()
	mean, other := s.Mean7d, s.Mean30d
	if r.Days == 30 {
		mean, other = other, mean
	}
	known := s.Monitors - s.Unknown
	tiles := []tile{
		{"Mean uptime", percentOf(mean), days(37-r.Days) + ": " + percentOf(other), r.level(mean)},
		{"Below " + trimmed(r.Target) + " %", strconv.Itoa(s.BelowTarget), "of " + count(known, "monitor"), ""},
		{"Lowest uptime", percentOf(nil), "", ""},
		{"Monitors", strconv.Itoa(s.Monitors), fmt.Sprintf("%d paused, %d without data", s.Paused, s.Unknown), ""},
	}
	if s.BelowTarget > 0 {
		tiles[1].Level = "low"
	}
	if known > 0 {
		lowest := r.Monitors[0]
		tiles[2] = tile{"Lowest uptime", percentOf(r.of(lowest)), name(lowest), r.level(r.of(lowest))}
	}
	if r.Checks {
		tiles = append(tiles, tile{"Failed checks", thousands(s.FailedChecks), "of " + thousands(s.TotalChecks), ""})
	}
	return tiles
}

// bandChart shows how many monitors are in each range of uptime.
func (r Uptime) bandChart() chart {
	s := r.Summary()
	most := s.Unknown
	for _, b := range s.Bands {
		most = max(most, b.Monitors)
	}
	var c chart
	add := func(label, level string, n int) {
		c.Bars = append(c.Bars, bar{Label: label, Level: level, Length: share(float64(n), float64(most)), Value: strconv.Itoa(n),
			More: percentage(float64(n), float64(s.Monitors))})
	}
	for _, b := range s.Bands {
		add(b.Label, r.level(&b.From), b.Monitors)
	}
	add("no data", "none", s.Unknown)
	return c
}

// typeChart shows the mean downtime of each type of monitors, the largest first.
func (r Uptime) typeChart() chart {
	byType := map[string][]*float64{}
	for _, m := range r.Monitors {
		name := cmp.Or(word(m.Type), "unknown")
		byType[name] = append(byType[name], r.of(m))
	}
	type kind struct {
		name string
		n    int
		mean *float64
	}
	var kinds []kind
	most := 0.0
	for name, figures := range byType {
		k := kind{name, len(figures), mean(figures)}
		kinds = append(kinds, k)
		if k.mean != nil {
			most = max(most, 100-*k.mean)
		}
	}
	slices.SortFunc(kinds, func(a, b kind) int { return cmp.Or(compare(a.mean, b.mean), strings.Compare(a.name, b.name)) })
	var c chart
	for _, k := range kinds[:min(mostTypes, len(kinds))] {
		b := bar{Label: k.name, Note: strconv.Itoa(k.n), Level: r.level(k.mean), Value: percentOf(k.mean)}
		if k.mean != nil {
			b.Length = share(100-*k.mean, most)
		}
		c.Bars = append(c.Bars, b)
	}
	return c
}

// worstChart shows the monitors that were down the longest, and returns how many were down at any
// time.
func (r Uptime) worstChart() (c chart, down int) {
	most := 0.0
	for i, m := range r.Monitors {
		uptime := r.of(m)
		if uptime == nil || *uptime >= 100 {
			break
		}
		down++
		if i < worst {
			most = max(most, 100-*uptime)
			if other := r.before(m); other != nil {
				most = max(most, 100-*other)
			}
		}
	}
	if down == 0 {
		return c, 0
	}
	axis := c.scale(most)
	for _, m := range r.Monitors[:min(worst, down)] {
		uptime := r.of(m)
		b := bar{Label: name(m), Note: word(m.Type), Level: r.level(uptime), Length: share(100-*uptime, axis), Value: percentOf(uptime), More: r.down(uptime)}
		if other := r.before(m); other != nil {
			b.Mark = share(100-*other, axis)
		}
		c.Bars = append(c.Bars, b)
	}
	return c, down
}

// scale gives the chart an axis from zero to at least most, in three to six round steps, and
// returns its length.
func (c *chart) scale(most float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(most))-1)
	var step float64
	steps := 0
	for _, round := range []float64{50, 25, 20, 10, 5, 2.5, 2} {
		n := int(math.Ceil(math.Round(most/(round*power)*1e9) / 1e9))
		if n >= 3 && n <= 6 && (steps == 0 || float64(n)*round*power < float64(steps)*step) {
			step, steps = round*power, n
		}
	}
	for i := range steps + 1 {
		t := tick{At: share(float64(i), float64(steps)), Label: trimmed(float64(i)*step) + " %", Anchor: "middle"}
		switch i {
		case 0:
			t.Anchor = "start"
		case steps:
			t.Anchor = "end"
		}
		c.Ticks = append(c.Ticks, t)
	}
	return float64(steps) * step
}

func (r Uptime) shown(m Monitor) shown {
	return shown{
		Name: name(m), Type: word(m.Type), Group: cut(untrusted.Line(m.Group), longest), Status: status(m), Down: r.down(r.of(m)),
		Uptime7d: percentOf(m.Uptime7d), Level7d: r.level(m.Uptime7d), Uptime30d: percentOf(m.Uptime30d), Level30d: r.level(m.Uptime30d),
		Checks: countOf(m.TotalChecks), Failed: countOf(m.FailedChecks),
	}
}

// level says how good an uptime is: "ok", "low", "bad" if it lacks ten times what the target
// allows, or "none" if it is not known. The style has colours for these words.
func (r Uptime) level(uptime *float64) string {
	switch {
	case uptime == nil:
		return "none"
	case *uptime >= r.Target:
		return "ok"
	case *uptime >= math.Round((100-10*(100-r.Target))*1e6)/1e6:
		return "low"
	}
	return "bad"
}

// down says in words about how long a monitor was down in the period.
func (r Uptime) down(uptime *float64) string {
	if uptime == nil {
		return ""
	}
	minutes := int(math.Round((100 - *uptime) / 100 * float64(r.Days) * 24 * 60))
	switch {
	case *uptime >= 100:
		return "none"
	case minutes < 1:
		return "under 1 min"
	case minutes < 60:
		return fmt.Sprintf("%d min", minutes)
	case minutes < 24*60:
		return fmt.Sprintf("%d h %d min", minutes/60, minutes%60)
	}
	return fmt.Sprintf("%d d %d h", minutes/60/24, minutes/60%24)
}

func name(m Monitor) string {
	if text := untrusted.Line(m.Name); text != "" {
		return cut(text, longest)
	}
	return fmt.Sprintf("monitor %d", m.ID)
}

func status(m Monitor) string {
	if m.Paused {
		return "paused"
	}
	return cmp.Or(word(m.Status), "unknown")
}

// word returns a word of the API, or whatever a server sends instead of one.
func word(text string) string { return cut(untrusted.Line(text), 16) }

func cut(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return text
}

const noData = "no data"

func percentOf(figure *float64) string {
	if figure == nil {
		return noData
	}
	return percent(*figure)
}

// percent returns a percentage with two decimals. It is cut and not rounded: what is not 100 must
// not look like 100.
func percent(figure float64) string {
	whole, places, _ := strings.Cut(strconv.FormatFloat(figure, 'f', -1, 64), ".")
	return whole + "." + (places + "00")[:2] + " %"
}

// trimmed returns a number without the noise of binary fractions.
func trimmed(figure float64) string {
	return strconv.FormatFloat(math.Round(figure*1e9)/1e9, 'f', -1, 64)
}

// share returns a part of a whole as a length in SVG that can be seen, unless the part is zero.
func share(part, whole float64) string {
	if part == 0 {
		return "0%"
	}
	return strconv.FormatFloat(max(0.5, 100*part/whole), 'f', 2, 64) + "%"
}

func percentage(part, whole float64) string {
	if whole == 0 {
		return ""
	}
	return strconv.FormatFloat(100*part/whole, 'f', 0, 64) + " %"
}

func days(n int) string { return strconv.Itoa(n) + " days" }

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func countOf(figure *int64) string {
	if figure == nil {
		return noData
	}
	return thousands(*figure)
}

// thousands returns a number with its digits in groups of three.
func thousands(n int64) string {
	text := strconv.FormatInt(n, 10)
	for at := len(text) - 3; at > 0; at -= 3 {
		text = text[:at] + "\u202f" + text[at:]
	}
	return text
}
