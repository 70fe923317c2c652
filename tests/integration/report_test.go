// SPDX-License-Identifier: GPL-3.0-or-later

package integration

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// browser is a headless Chromium.
type browser struct {
	t    *testing.T
	path string
}

// findBrowser skips the test where there is none; scripts/chromium says so on the
// terminal.
func findBrowser(t *testing.T) browser {
	path := os.Getenv("ACSMON_TEST_CHROMIUM")
	if path == "" {
		var err error
		if path, err = exec.LookPath("chromium"); err != nil {
			t.Skip("there is no Chromium (Debian: apt-get install chromium)")
		}
	}
	return browser{t, path}
}

// open opens a page with further flags, and returns what the browser printed.
func (b browser) open(page string, flags ...string) outcome {
	b.t.Helper()
	home, err := os.MkdirTemp("", "acsmon-chromium-")
	if err != nil {
		b.t.Fatal(err)
	}
	defer os.RemoveAll(home) // it may still be writing there, which t.TempDir would complain of
	ctx, cancel := context.WithTimeout(b.t.Context(), patience)
	defer cancel()
	command := exec.CommandContext(ctx, b.path, append([]string{
		"--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
		"--disable-sync", "--disable-dev-shm-usage", "--hide-scrollbars", "--enable-logging=stderr", "--user-data-dir=" + home,
	}, append(flags, "file://"+page)...)...)
	command.Env = append(os.Environ(), "HOME="+home)
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }
	command.WaitDelay = 10 * time.Second
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	if err := command.Run(); err != nil {
		b.t.Fatalf("%s %v: %v\n%s", b.path, flags, err, &stderr)
	}
	return outcome{stdout: stdout.String(), stderr: stderr.String()}
}

// paint returns the page as it looks.
func (b browser) paint(page string, width, height int, flags ...string) image.Image {
	b.t.Helper()
	path := filepath.Join(b.t.TempDir(), "page.png")
	b.open(page, append(flags, "--screenshot="+path, fmt.Sprintf("--window-size=%d,%d", width, height))...)
	content, err := os.ReadFile(path)
	if err != nil {
		b.t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(content))
	if err != nil {
		b.t.Fatal(err)
	}
	if size := picture.Bounds().Size(); size != image.Pt(width, height) {
		b.t.Errorf("the picture is %v", size)
	}
	return picture
}

// pixels counts those of a colour.
func pixels(picture image.Image, want color.RGBA) (n int) {
	for y := range picture.Bounds().Dy() {
		for x := range picture.Bounds().Dx() {
			if color.RGBAModel.Convert(picture.At(x, y)) == want {
				n++
			}
		}
	}
	return n
}

// console returns what the page, and not the browser, had to say.
func (o outcome) console() string {
	var lines []string
	for line := range strings.Lines(o.stderr) {
		if strings.Contains(line, ":CONSOLE:") {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "")
}

// hostileNames are names of monitors, each of which does something in a page or a spreadsheet that
// does not escape it. A browser that follows one fetches something from lure.
func hostileNames(lure string) []string {
	return []string{
		`<script>document.title='ran'</script>`, `<img src="` + lure + `" onerror="document.title='ran'">`, `"><svg onload="document.title='ran'">`,
		`</style></table><iframe src="` + lure + `"></iframe>`, "<!-- ", `{{ lookup('pipe', 'touch executed') }}`, "a\u202egpj.exe", "\x1b[31mred",
		strings.Repeat("long", 60),
	}
}

// The report of a fleet with hostile names, made by the runbook with the number of failed checks,
// costs what is said before, and does nothing in a real browser.
func TestWeeklyUptimeReportInABrowser(t *testing.T) {
	t.Parallel()
	s := newSite(t, venvs[len(venvs)-1])
	server := acsmontest.Start(t, acsmontest.Options{Seed: 3, Devices: 20, Monitors: 60, OpenAlerts: 4})
	s.use(server)
	var fetched atomic.Int64
	lure := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { fetched.Add(1) }))
	t.Cleanup(lure.Close)
	for i, name := range hostileNames(lure.URL) {
		server.Add("monitors", map[string]any{"name": name, "type": "https", "host": "h", "status": "down", "uptime_percent_7d": 10 + float64(i), "tags": []string{name}})
	}
	server.Add("monitors", map[string]any{"name": "Never checked", "type": "ping", "host": "h", "is_active": false})
	monitors := len(server.Rows("monitors"))
	title := `</title><script>document.title='ran'</script>`

	o := s.runbook(map[string]any{"failed_checks": true, "file": "report.csv", "html": "report.html", "title": title}, "weekly_uptime")
	wantRunbook(t, o, 0, fmt.Sprintf("%d monitors are %d requests", monitors, monitors), "of 70 monitors were up less than 99.9 % of the time, see report.csv and report.html")
	wantRequests(t, server, 2+monitors)
	wantWrites(t, server)
	if _, err := os.Stat(filepath.Join(s.dir, "executed")); err == nil {
		t.Error("text of the server was executed")
	}
	rows := s.wantTable("report.csv", monitors)
	b, page := findBrowser(t), filepath.Join(s.dir, "report.html")
	b.wantInertPage(page, monitors, rows[len(rows)/2][0])
	b.wantStyle(page)
	b.wantPrintable(page)
	b.wantPolicyAgainstScripts(page)
	if n := fetched.Load(); n > 0 {
		t.Errorf("the page fetched something %d times", n)
	}
}

// wantTable holds that a CSV file has a row for each monitor, and returns its rows.
func (s *site) wantTable(name string, monitors int) [][]string {
	s.t.Helper()
	table, err := os.ReadFile(filepath.Join(s.dir, name))
	s.must(err)
	rows, err := csv.NewReader(bytes.NewReader(table)).ReadAll()
	s.must(err)
	const header = "monitor,type,uptime_percent_7d,uptime_percent_30d,total_checks_7d,failed_checks_7d,server,generated"
	if len(rows) != 1+monitors || strings.Join(rows[0], ",") != header {
		s.t.Fatalf("%d rows, want %d under %s:\n%s", len(rows), 1+monitors, header, table)
	}
	return rows
}

// wantInertPage holds that a page shows the monitors, one of them by its name, and that nothing of
// the names became a part of the page.
func (b browser) wantInertPage(page string, monitors int, name string) {
	b.t.Helper()
	shown := b.open(page, "--dump-dom")
	if said := shown.console(); said != "" {
		b.t.Errorf("the page does what its policy forbids:\n%s", said)
	}
	if !strings.Contains(shown.stdout, "<title>&lt;/title&gt;") {
		b.t.Errorf("a script changed the title:\n%.2000s", shown.stdout)
	}
	if tag := regexp.MustCompile(`<(script|img|iframe|svg[^>]*onload|link|object)`).FindString(shown.stdout); tag != "" {
		b.t.Errorf("the page has a %s", tag)
	}
	_, list, _ := strings.Cut(shown.stdout, `<table class="all"`)
	if n := strings.Count(list, "<tr>"); n != 1+monitors {
		b.t.Errorf("the table has %d rows, want %d: one for each monitor, and the header", n, 1+monitors)
	}
	for _, text := range []string{
		"&lt;script&gt;document.title='ran'&lt;/script&gt;", `a\u202egpj.exe`, `\u001b[31mred`, "10.00 %", "no data", "paused", "Never checked", name,
	} {
		if !strings.Contains(list, text) {
			b.t.Errorf("the table does not show %s", text)
		}
	}
}

// wantStyle holds that the style is applied in both schemes, so its hash is right, and that the bars
// are there.
func (b browser) wantStyle(page string) {
	b.t.Helper()
	for scheme, test := range map[string]struct {
		flag      string
		page, bad color.RGBA
	}{
		"light": {"--blink-settings=preferredColorScheme=1", color.RGBA{0xf3, 0xf5, 0xf8, 255}, color.RGBA{0xc4, 0x2b, 0x2b, 255}},
		"dark":  {"--blink-settings=preferredColorScheme=0", color.RGBA{0x10, 0x14, 0x1b, 255}, color.RGBA{0xf0, 0x64, 0x5f, 255}},
	} {
		picture := b.paint(page, 1200, 1000, test.flag)
		if ground, bars := pixels(picture, test.page), pixels(picture, test.bad); ground < 100_000 || bars < 10_000 {
			b.t.Errorf("%s: %d pixels of ground and %d of red bars, want at least 100,000 and 10,000", scheme, ground, bars)
		}
	}
}

func (b browser) wantPrintable(page string) {
	b.t.Helper()
	printed := filepath.Join(b.t.TempDir(), "report.pdf")
	b.open(page, "--no-pdf-header-footer", "--print-to-pdf="+printed)
	content, err := os.ReadFile(printed)
	if err != nil {
		b.t.Fatal(err)
	}
	if !bytes.HasPrefix(content, []byte("%PDF-")) || len(content) < 20_000 {
		b.t.Errorf("printed were %d bytes, which begin with %.5q: want a PDF of at least 20,000", len(content), content)
	}
}

// wantPolicyAgainstScripts holds that the policy of a page stops a script that did get into it: the
// same browser runs the script without the policy.
func (b browser) wantPolicyAgainstScripts(page string) {
	b.t.Helper()
	content, err := os.ReadFile(page)
	if err != nil {
		b.t.Fatal(err)
	}
	const script = `<script>document.title='ran'</script></body>`
	infected := strings.Replace(string(content), "</body>", script, 1)
	show := func(name, html string) outcome {
		path := filepath.Join(b.t.TempDir(), name)
		if err := os.WriteFile(path, []byte(html), 0o600); err != nil {
			b.t.Fatal(err)
		}
		return b.open(path, "--dump-dom")
	}
	if o := show("infected.html", infected); strings.Contains(o.stdout, "<title>ran") || !strings.Contains(o.console(), "Content Security Policy") {
		b.t.Errorf("the policy does not stop a script:\n%s", o.stderr)
	}
	unguarded := strings.Replace(infected, "Content-Security-Policy", "x", 1)
	if o := show("unguarded.html", unguarded); !strings.Contains(o.stdout, "<title>ran") {
		b.t.Errorf("scripts do not run here at all: this test proves nothing\n%s", o.stderr)
	}
}
