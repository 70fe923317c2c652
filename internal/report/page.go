// SPDX-License-Identifier: GPL-3.0-or-later

package report

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"
)

// render returns a page. It makes elements with gomponents, which escapes each text and each
// attribute. With html/template the linker could not leave out any method of any type, and an
// executable would grow by a third.
func render(title string, generated time.Time, main g.Node) []byte {
	var b bytes.Buffer
	_ = h.Doctype(h.HTML(h.Lang("en"), lines(head(title, generated), h.Body(lines(main))))).Render(&b) // it writes to memory
	return b.Bytes()
}

// lines puts each node on a line of its own.
func lines(nodes ...g.Node) g.Node {
	var group g.Group
	for _, node := range nodes {
		if node != nil {
			group = append(group, g.Text("\n"), node)
		}
	}
	return append(group, g.Text("\n"))
}

// each puts the node of each item on a line of its own.
func each[T any](items []T, node func(T) g.Node) g.Node { return lines(g.Map(items, node)...) }

// foreign is a text that may run from right to left. It must not change the direction of its
// neighbours.
func foreign(text string) g.Node { return g.El("bdi", g.Text(text)) }

// head is that of every page.
func head(title string, generated time.Time) g.Node {
	return h.Head(lines(
		h.Meta(h.Charset("utf-8")),
		h.Meta(g.Attr("http-equiv", "Content-Security-Policy"), h.Content(policy)),
		h.Meta(h.Name("viewport"), h.Content("width=device-width, initial-scale=1")),
		h.Meta(h.Name("referrer"), h.Content("no-referrer")),
		h.Meta(h.Name("robots"), h.Content("noindex")),
		h.Meta(h.Name("generated"), h.Content(generated.Format(time.RFC3339))),
		h.TitleEl(g.Text(title)),
		h.StyleEl(g.Raw(style)), // the policy has its hash
	))
}

func (p page) main() g.Node {
	content := []g.Node{p.header(), h.Dl(h.Class("tiles"), each(p.Tiles, tile.node))}
	if len(p.Monitors) > 0 {
		content = append(content, h.Div(h.Class("pair"), lines(p.bands(), p.types())), p.worst(), p.all())
	} else {
		content = append(content, h.P(h.Class("card"), g.Text("There is no monitor in this report.")))
	}
	return h.Main(lines(append(content, p.footer())...))
}

func (p page) header() g.Node {
	return h.Header(lines(
		h.H1(foreign(p.Title)),
		h.P(g.Textf("The last %s on ", p.Window), foreign(p.Server), g.Text(", figures of "),
			h.Time(h.DateTime(p.Generated.Format(time.RFC3339)), g.Text(p.Generated.Format("2 January 2006, 15:04 UTC")))),
	))
}

func (t tile) node() g.Node {
	return h.Div(h.Class("tile"), h.Dt(g.Text(t.Name)), h.Dd(classes("value", t.Level), g.Text(t.Value)), h.Dd(foreign(t.Note)))
}

// classes is the class attribute with the names that are not empty.
func classes(names ...string) g.Node {
	return h.Class(strings.Join(strings.Fields(strings.Join(names, " ")), " "))
}

func figure(level, text string) g.Node { return h.Td(classes("number", level), g.Text(text)) }

func column(class, text string) g.Node {
	if class == "" {
		return h.Th(h.Scope("col"), g.Text(text))
	}
	return h.Th(h.Scope("col"), h.Class(class), g.Text(text))
}

var hidden = g.Attr("aria-hidden", "true")

// charts is a section with a table of bars.
func charts(id, title string, about g.Node, kind string, head g.Node, rows g.Node) g.Node {
	return h.Section(h.Class("card charts"), lines(
		h.H2(h.ID(id), g.Text(title)),
		h.P(h.Class("about"), about),
		h.Table(h.Class("chart "+kind), g.Attr("aria-labelledby", id), lines(h.THead(h.Tr(head)), h.TBody(rows))),
	))
}

func (p page) bands() g.Node {
	head := g.Group{column("label", "Uptime"), h.Th(hidden), column("number", "Monitors"), column("number", "Share")}
	return charts("bands", "Distribution", g.Text("How many monitors are in each range of uptime."), "bands", head, barRows(p.Bands.Bars))
}

// barRows are the bars with how many there are, and which share that is.
func barRows(bars []bar) g.Node {
	return each(bars, func(b bar) g.Node {
		return h.Tr(h.Th(h.Scope("row"), g.Text(b.Label)), b.cell(), figure("", b.Value), figure("", b.More))
	})
}

func (p page) types() g.Node {
	head := g.Group{column("label", "Type"), h.Th(hidden), column("number", "Uptime")}
	return charts("types", "By type", g.Text("Mean uptime of each type. The bars are the time down."), "types", head, each(p.Types.Bars, func(b bar) g.Node {
		return h.Tr(b.heading(), b.cell(), figure(b.Level, b.Value))
	}))
}

func (b bar) heading() g.Node {
	return h.Th(h.Scope("row"), foreign(b.Label), h.Span(h.Class("note"), g.Text(b.Note)))
}

// cell is a bar by itself.
func (b bar) cell() g.Node {
	return h.Td(h.Class("bar"), hidden, svg(14, b.rect("1")))
}

func (b bar) rect(y string) g.Node {
	return g.El("rect", classes(b.Level), g.Attr("y", y), h.Width(b.Length), h.Height("12"), g.Attr("rx", "2"))
}

func svg(height int, content ...g.Node) g.Node {
	return h.SVG(h.Height(fmt.Sprint(height)), g.Attr("focusable", "false"), g.Group(content))
}

func (p page) worst() g.Node {
	if p.Down == 0 {
		return h.Section(h.Class("card charts"), lines(
			h.H2(h.ID("worst"), g.Text("Most time down")),
			h.P(h.Class("about"), g.Textf("No monitor was down in the last %s.", p.Window)),
		))
	}
	about := g.Group{
		g.Textf("%d of the %d monitors that were down in the last %s. The bars are the share of that time,\n", len(p.Worst.Bars), p.Down, p.Window),
		h.Span(h.Class("key")), g.Textf(" marks the share of %s.", p.Other),
	}
	scale := svg(16, g.Map(p.Worst.Ticks, func(t tick) g.Node {
		return g.El("text", g.Attr("x", t.At), g.Attr("y", "12"), g.Attr("text-anchor", t.Anchor), g.Text(t.Label))
	}))
	grid := g.Map(p.Worst.Ticks, func(t tick) g.Node {
		return g.El("line", g.Attr("x1", t.At), g.Attr("x2", t.At), g.Attr("y1", "-4"), g.Attr("y2", "24"))
	})
	head := g.Group{column("label", "Monitor"), h.Th(h.Class("bar"), hidden, scale), column("number", "Uptime"), column("number long", "Time down")}
	return charts("worst", "Most time down", about, "worst", head, each(p.Worst.Bars, func(b bar) g.Node {
		return h.Tr(b.heading(), h.Td(h.Class("bar"), hidden, svg(20, grid, b.rect("4"), b.mark())), figure(b.Level, b.Value), figure("long", b.More))
	}))
}

func (b bar) mark() g.Node {
	if b.Mark == "" {
		return nil
	}
	return g.El("rect", h.Class("mark"), g.Attr("x", b.Mark), g.Attr("y", "2"), h.Width("2"), h.Height("16"))
}

func (p page) all() g.Node {
	head := g.Group{column("", "Monitor"), column("", "Type"), g.If(p.Groups, column("", "Group")), column("", "Status"),
		column("number", "7 days"), column("number", "30 days"), column("number", "Time down"),
		g.If(p.Checks, g.Group{column("number", "Checks"), column("number", "Failed")})}
	return h.Section(h.Class("card list"), lines(
		h.H2(h.ID("all"), g.Text("All monitors")),
		h.P(h.Class("about"), g.Text("The lowest uptime first, monitors without data last.")),
		h.Table(h.Class("all"), g.Attr("aria-labelledby", "all"), lines(h.THead(h.Tr(head)), h.TBody(each(p.Monitors, p.row)))),
	))
}

func (p page) row(m shown) g.Node {
	bad := ""
	if m.Status == "down" {
		bad = "bad"
	}
	return h.Tr(h.Th(h.Scope("row"), foreign(m.Name)), h.Td(h.Class("word"), foreign(m.Type)), g.If(p.Groups, h.Td(h.Class("group"), foreign(m.Group))),
		h.Td(classes("word", bad), foreign(m.Status)), figure(m.Level7d, m.Uptime7d), figure(m.Level30d, m.Uptime30d), figure("", m.Down),
		g.If(p.Checks, g.Group{figure("", m.Checks), figure("", m.Failed)}))
}

func (p page) footer() g.Node {
	return h.Footer(lines(h.P(g.Textf("Uptime as ACS Monitor counts it. Percentages are cut to two places, not rounded: only what is 100 %% reads 100.00 %%.\n"+
		"Time down is that share of the %s, and so about right for a monitor that was checked all the time.\n"+
		"A mean counts each monitor once and leaves out those without data. The target is %s.", p.Window, p.Target))))
}
