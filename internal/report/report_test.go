// SPDX-License-Identifier: GPL-3.0-or-later

package report_test

import (
	"bytes"
	"encoding/csv"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/acsmon/acsmon-ansible/internal/report"
)

var update = flag.Bool("update", false, "rewrite the golden files")

var at = time.Date(2026, 11, 23, 16, 54, 9, 0, time.UTC)

// hostile are names that a spreadsheet, a browser or a terminal would act on.
var hostile = []string{
	`=HYPERLINK("http://evil.example.com","x")`, "+1", "-1", "@SUM(1)", "\t=1", "\r\n=1", " =1", "\uff1dcmd()", "a;=cmd()", `a","=cmd()`, `"`,
	`<script>document.title='ran'</script>`, `"><img src=x onerror="document.title='ran'">`, `'onmouseover='x`, "</style><script>1</script>", "</title>", "<!--",
	"&lt;b&gt;", "{{.Policy}}", "javascript:alert(1)", "\x1b]0;x\x07\x9b31m", "a\u202egpj.exe", "\u2066x", "two\nlines", "\xff", "", " \n ", "\u00e9\u4e2d\u6587",
	strings.Repeat("long-", 60), strings.Repeat("\u4e2d", 200),
}

func p[T any](v T) *T { return &v }

// reports are what the golden files show.
var reports = map[string]report.Uptime{
	"hostile": {Title: "Uptime </title><script>1</script>", Server: "https://x\u202e<b>", Days: 30, Target: 99.9, Checks: true, Monitors: func() []report.Monitor {
		monitors := make([]report.Monitor, len(hostile))
		for i, name := range hostile {
			monitors[i] = report.Monitor{ID: int64(i + 1), Name: name, Type: name, Group: name, Status: name, Uptime30d: p(99 - float64(i))}
		}
		return monitors
	}()},
	"week": {Title: "Uptime", Server: "https://monitoring.example.com", Days: 7, Target: 99.9, Monitors: []report.Monitor{
		{ID: 1, Name: "Whole", Type: "https", Group: "Public web", Status: "up", Uptime7d: p(100.0), Uptime30d: p(99.57)},
		{ID: 2, Name: "Nearly", Type: "https", Group: "Public web", Status: "up", Uptime7d: p(99.9999), Uptime30d: p(99.999)},
		{ID: 3, Name: "New", Type: "ping", Status: "unknown"},
		{ID: 4, Name: "Paused", Type: "ping", Status: "up", Paused: true, Uptime7d: p(98.5)},
		{ID: 5, Name: "Dead", Type: "smtp", Status: "down", Uptime7d: p(0.0), Uptime30d: p(76.66)},
		{ID: 7, Name: "same", Type: "dns", Status: "up", Uptime7d: p(99.5), Uptime30d: p(99.8)},
		{ID: 6, Name: "Same", Type: "dns", Status: "up", Uptime7d: p(99.5), Uptime30d: p(99.8)},
	}},
	"checks": {Title: "Uptime", Server: "https://monitoring.example.com", Days: 7, Target: 99, Checks: true, Monitors: []report.Monitor{
		{ID: 1, Name: "Shop", Type: "https", Status: "up", Uptime7d: p(99.5), Uptime30d: p(99.91), TotalChecks: p(int64(10080)), FailedChecks: p(int64(50))},
		{ID: 2, Name: "New", Type: "https", Status: "unknown", TotalChecks: p(int64(0)), FailedChecks: p(int64(0))},
		{ID: 3, Name: "Gone", Type: "https", Status: "up", Uptime7d: p(100.0), Uptime30d: p(100.0)},
	}},
	"empty": {Title: "Uptime", Server: "https://monitoring.example.com", Days: 7, Target: 99.9},
}

func made(t *testing.T, r report.Uptime) (report.Uptime, []byte) {
	t.Helper()
	r = report.NewUptime(r)
	page, err := r.As("html", at)
	if err != nil {
		t.Fatal(err)
	}
	return r, page
}

func TestGolden(t *testing.T) {
	for name, r := range reports {
		r, page := made(t, r)
		table, _ := r.As("csv", at)
		golden(t, name+".csv", table)
		golden(t, name+".html", page)
	}
}

// golden holds a file to testdata. Of a page, the line "report.css" stands for the style sheet,
// which is in each page as it is in the repository.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	if filepath.Ext(name) == ".html" {
		style, err := os.ReadFile("report.css")
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Count(got, style) != 1 {
			t.Errorf("%s does not have report.css once", name)
		}
		got = bytes.Replace(got, style, []byte("report.css\n"), 1)
	}
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not as it was; look at the difference after go test -update:\n%s", name, got)
	}
}

// No cell begins like a formula, at whatever character a spreadsheet splits the lines,
// and no row is more than a line.
func TestCellsAreNoFormulas(t *testing.T) {
	r, _ := made(t, reports["hostile"])
	text, _ := r.As("csv", at)
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 1+len(hostile) || bytes.Count(text, []byte("\n")) != len(rows) {
		t.Errorf("%d rows in %d lines", len(rows), bytes.Count(text, []byte("\n")))
	}
	cells := slices.Concat(rows...)
	for _, separator := range ",;|:\t^~" {
		for part := range strings.FieldsFuncSeq(string(text), func(c rune) bool { return c == separator || c == '\n' }) {
			cells = append(cells, strings.TrimLeft(part, `" `))
		}
	}
	for _, cell := range cells {
		if strings.ContainsAny((cell + " ")[:1], "=+-@\t\r") {
			t.Errorf("a cell is %q", cell)
		}
	}
	stamp := report.Stamp{Server: "=https://a.example", At: time.Date(2026, 4, 24, 7, 0, 0, 0, time.FixedZone("", 7200))}
	rows, err = csv.NewReader(bytes.NewReader(stamp.CSV([]string{"a", "b"}, [][]string{{`=1`, `say "a, b"`}, {"two\nlines", "\x1b[1m"}}))).ReadAll()
	if want := `[[a b server generated] ['=1 say "a, b" '=https://a.example 2026-04-24T05:00:00Z] [two lines \u001b[1m '=https://a.example 2026-04-24T05:00:00Z]]`; err != nil || fmt.Sprint(rows) != want {
		t.Errorf("%v, %v, want %s", err, rows, want)
	}
}

// markup are the tags of a page that nothing but the package writes.
var markup = regexp.MustCompile(`<[^>]*>`)

// Names add no tag, no attribute and no hidden character to the page.
func TestNamesAreInert(t *testing.T) {
	r, page := made(t, reports["hostile"])
	for i := range r.Monitors {
		m := &r.Monitors[i]
		m.Name, m.Type, m.Group, m.Status = "x", "x", "x", "x"
	}
	r.Title, r.Server = "x", "x"
	_, plain := made(t, r)
	tags := func(page []byte) []string {
		var found []string
		for _, tag := range markup.FindAllString(string(page), -1) {
			if strings.HasPrefix(tag, "<tr") || strings.HasPrefix(tag, "<script") || !strings.Contains(tag, "rect") {
				found = append(found, tag)
			}
		}
		return found
	}
	_, page, _ = bytes.Cut(page, []byte("All monitors"))
	_, plain, _ = bytes.Cut(plain, []byte("All monitors"))
	if got, want := tags(page), tags(plain); !slices.Equal(got, want) {
		t.Errorf("the tags are\n%q\nand with plain names\n%q", got, want)
	}
	for _, c := range string(page) {
		if c != '\n' && (c < ' ' || c >= 0x7f && c < 0xa0 || c >= 0x202a && c <= 0x202e || c >= 0x2066 && c <= 0x2069) {
			t.Errorf("the page holds %U", c)
		}
	}
}

// On a narrow screen the figures have the titles that the style gives them, which are those of the
// columns.
func TestTheStyleNamesTheColumns(t *testing.T) {
	_, page := made(t, reports["checks"])
	_, table, _ := bytes.Cut(page, []byte(`<table class="all"`))
	titles := regexp.MustCompile(`<th scope="col" class="number">([^<]*)</th>`).FindAllSubmatch(table, -1)
	if len(titles) != 5 {
		t.Errorf("there are %d columns of figures", len(titles))
	}
	from := 0
	for _, title := range titles {
		at := bytes.Index(page[from:], fmt.Appendf(nil, "::before { content: %q;", title[1]))
		if at < 0 {
			t.Errorf("the style does not name %s in its order", title[1])
		}
		from += max(at, 0)
	}
}

// A thousand monitors are a chart that can be read, and a table of all.
func TestManyMonitors(t *testing.T) {
	r := report.Uptime{Title: "Uptime", Days: 7, Target: 99.9}
	for i := range 1000 {
		r.Monitors = append(r.Monitors, report.Monitor{ID: int64(i), Name: fmt.Sprint("monitor ", i), Type: fmt.Sprint("type", i%40), Uptime7d: p(100 - float64(i%250)/50)})
	}
	r, page := made(t, r)
	if rows := bytes.Count(page, []byte("<tr>")); rows != 3+7+12+1+20+1000 {
		t.Errorf("%d rows", rows)
	}
	if !bytes.Contains(page, []byte("20 of the 996 monitors that were down")) || len(page) > 300_000 {
		t.Errorf("%d bytes", len(page))
	}
	counted := 0
	for _, band := range r.Summary().Bands {
		counted += band.Monitors
	}
	if s := r.Summary(); counted != 1000 || s.BelowTarget != 976 || *s.Mean7d != 97.51 || s.Mean30d != nil {
		t.Errorf("%d in bands, %+v", counted, s)
	}
}

// A mean that is not 100 does not round to it.
func TestMeanOfNearlyAll(t *testing.T) {
	r := report.Uptime{Days: 7}
	for range 1000 {
		r.Monitors = append(r.Monitors, report.Monitor{Uptime7d: p(100.0)})
	}
	if mean := *r.Summary().Mean7d; mean != 100 {
		t.Errorf("the mean is %v", mean)
	}
	r.Monitors[0].Uptime7d = p(99.99)
	if mean := *r.Summary().Mean7d; mean != 99.9999 {
		t.Errorf("the mean is %v", mean)
	}
}

// The same monitors in any order of the server's are the same report.
func TestOrderIsTheReportsOwn(t *testing.T) {
	r, page := made(t, reports["week"])
	slices.Reverse(r.Monitors)
	if _, again := made(t, r); !bytes.Equal(page, again) {
		t.Errorf("in another order the report is\n%s", again)
	}
}

func TestGenerated(t *testing.T) {
	_, page := made(t, reports["hostile"])
	if found, ok := report.Generated(page); !ok || !found.Equal(at) {
		t.Errorf("the time is %v, %v", found, ok)
	}
	for _, text := range []string{"", `<meta name="generated" content="">`, `<meta name="generated" content="2026-13-45T00:00:00Z">`} {
		if found, ok := report.Generated([]byte(text)); ok {
			t.Errorf("the time of %q is %v", text, found)
		}
	}
}

var colour = regexp.MustCompile(`--([a-z-]+): #([0-9a-f]{6})`)

// Text can be read on what is behind it, and bars stand out, in both schemes (WCAG
// 2.1, 1.4.3 and 1.4.11).
func TestContrast(t *testing.T) {
	style, err := os.ReadFile("report.css")
	if err != nil {
		t.Fatal(err)
	}
	light, dark, found := strings.Cut(string(style), "prefers-color-scheme: dark")
	if !found {
		t.Fatal("there is no dark scheme")
	}
	for scheme, part := range map[string]string{"light": light, "dark": dark} {
		colours := map[string]float64{}
		for _, match := range colour.FindAllStringSubmatch(part, -1) {
			colours[match[1]] = luminance(match[2])
		}
		for least, fronts := range map[float64][]string{4.5: {"text", "quiet", "ok-text", "low-text", "bad-text"}, 3: {"ok", "low", "bad", "none", "mark"}} {
			for _, front := range fronts {
				for _, back := range []string{"card", "page"} {
					if ratio := contrast(colours[front], colours[back]); ratio < least && (back == "card" || least > 4) {
						t.Errorf("%s: %s on %s has a contrast of %.2f", scheme, front, back, ratio)
					}
				}
			}
		}
	}
}

func luminance(hex string) float64 {
	var sum float64
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, _ := strconv.ParseUint(hex[2*i:2*i+2], 16, 8)
		c := float64(n) / 255
		if c <= 0.04045 {
			sum += weight * c / 12.92
		} else {
			sum += weight * math.Pow((c+0.055)/1.055, 2.4)
		}
	}
	return sum
}

func contrast(a, b float64) float64 { return (max(a, b) + 0.05) / (min(a, b) + 0.05) }
