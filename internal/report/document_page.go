// SPDX-License-Identifier: GPL-3.0-or-later

package report

import (
	"time"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"github.com/acsmon/acsmon-ansible/internal/untrusted"
)

// html returns the document as one page.
func (d document) html() []byte {
	content := []g.Node{d.header(), h.Dl(h.Class("tiles"), each(d.tiles, tile.node))}
	if d.bars != nil {
		head := g.Group{column("label", "State"), h.Th(hidden), column("number", "Hosts"), column("number", "Share")}
		content = append(content, charts("hosts", "Hosts", g.Text("How many hosts are in each state."), "bands", head, barRows(d.bars.Bars)))
	}
	for _, t := range d.shownTables() {
		content = append(content, t.section())
	}
	if len(d.notes) > 0 {
		content = append(content, h.Section(h.Class("card"), lines(h.H2(g.Text("Notes")), h.Ul(h.Class("notes"), each(d.notes, func(note string) g.Node {
			return h.Li(foreign(cellText(note)))
		})))))
	}
	content = append(content, h.Footer(h.P(g.Text(d.footer))))
	return render(d.title, d.generated, h.Main(lines(content...)))
}

func (d document) header() g.Node {
	return h.Header(lines(
		h.H1(g.Text(d.title)),
		h.P(g.Text(d.about+" "), foreign(untrusted.Line(d.server)), g.Text(", "),
			h.Time(h.DateTime(d.generated.Format(time.RFC3339)), g.Text(d.generated.Format("2 January 2006, 15:04 UTC")))),
	))
}

func (t table) section() g.Node {
	heads := g.Map(t.columns, func(title string) g.Node { return column("", title) })
	return h.Section(h.Class("card list"), lines(
		h.H2(h.ID(t.id), g.Textf("%s (%s)", t.title, thousands(int64(t.count)))),
		h.P(h.Class("about"), g.Text(t.about)),
		h.Table(h.Class("data"), g.Attr("aria-labelledby", t.id), lines(h.THead(h.Tr(heads)), h.TBody(each(t.rows, t.row)))),
	))
}

// row is a line of the table. On a narrow screen each cell has a line of its own with its title.
func (t table) row(texts []string) g.Node {
	cells := g.Group{h.Th(h.Scope("row"), foreign(cellText(texts[0])))}
	for i, text := range texts[1:] {
		cells = append(cells, h.Td(g.Attr("data-title", t.columns[i+1]), foreign(cellText(text))))
	}
	return h.Tr(cells)
}
