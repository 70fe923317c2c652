// SPDX-License-Identifier: MIT

package acsmon

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// page is one response of a list, in whichever envelope it came.
type page struct {
	rows       []Fields
	total      int        // -1: not stated
	perPage    int        // 0: not stated
	number     int        // 0: not stated
	last       int        // 0: not stated
	nextStated bool       // the response says whether there is a next page
	next       url.Values // the query of the link to the next page; nil: there is none
	nextHost   string     // the host of that link; "" if it is relative
}

// more reports whether there are pages after this one.
func (p page) more() bool {
	if p.nextStated {
		return p.next != nil
	}
	return p.number > 0 && p.number < p.lastPage()
}

// silent reports whether the response says nothing at all of pages.
func (p page) silent() bool {
	return !p.nextStated && p.total < 0 && p.number == 0 && p.last == 0 && p.perPage == 0
}

// lastPage returns the number of the last page, stated or computed; 0 if it is unknown.
func (p page) lastPage() int {
	if p.last > 0 {
		return p.last
	}
	if p.total > 0 && p.perPage > 0 {
		return (p.total-1)/p.perPage + 1
	}
	return 0
}

// pageNumbers are in "meta", or at the top level of a bare Laravel paginator.
type pageNumbers struct {
	CurrentPage json.Number `json:"current_page"`
	LastPage    json.Number `json:"last_page"`
	PerPage     json.Number `json:"per_page"`
	Total       json.Number `json:"total"`
}

type envelope struct {
	pageNumbers
	Data        *[]Fields       `json:"data"`
	Meta        json.RawMessage `json:"meta"`
	Links       json.RawMessage `json:"links"`
	NextPageURL json.RawMessage `json:"next_page_url"`
}

// decodePage parses a page in the envelope of the official client's README, in that of a bare
// paginator, or as a bare array.
func decodePage(body []byte) (page, error) {
	var e envelope
	if bytes.HasPrefix(bytes.TrimSpace(body), []byte("[")) { // a bare array has nothing else
		body = slices.Concat([]byte(`{"data":`), body, []byte("}"))
	}
	err := unmarshal(body, &e)
	if errors.Is(err, errTooMuch) {
		return page{}, err
	}
	if err != nil || e.Data == nil {
		return page{}, errors.New("a list was expected")
	}
	if slices.ContainsFunc(*e.Data, func(row Fields) bool { return row == nil }) {
		return page{}, errors.New("a list of objects was expected")
	}
	numbers := e.pageNumbers
	var meta pageNumbers
	if json.Unmarshal(e.Meta, &meta) == nil {
		numbers = pageNumbers{
			CurrentPage: firstNumber(meta.CurrentPage, numbers.CurrentPage), LastPage: firstNumber(meta.LastPage, numbers.LastPage),
			PerPage: firstNumber(meta.PerPage, numbers.PerPage), Total: firstNumber(meta.Total, numbers.Total),
		}
	}
	p := page{
		rows: *e.Data, total: wholeOr(numbers.Total, -1), perPage: wholeOr(numbers.PerPage, 0),
		number: wholeOr(numbers.CurrentPage, 0), last: wholeOr(numbers.LastPage, 0),
	}
	return p, p.parseNext(e)
}

func firstNumber(a, b json.Number) json.Number {
	if a != "" {
		return a
	}
	return b
}

// wholeOr returns the number's value, or fallback if it has none or it is negative.
func wholeOr(number json.Number, fallback int) int {
	n, err := strconv.Atoi(number.String())
	if err != nil || n < 0 {
		return fallback
	}
	return n
}

// parseNext finds the link to the next page: next_page_url, else links.next, else the entry of a
// links array that is labelled as the next.
func (p *page) parseNext(e envelope) error {
	link, stated := stringOrNull(e.NextPageURL)
	if !stated {
		link, stated = nextOfLinks(e.Links)
	}
	p.nextStated = stated
	if link == "" {
		return nil
	}
	u, err := url.Parse(link)
	if err != nil {
		return errors.New("a link to the next page was expected")
	}
	p.next, p.nextHost = u.Query(), u.Hostname()
	return nil
}

func nextOfLinks(links json.RawMessage) (string, bool) {
	var object map[string]json.RawMessage
	if json.Unmarshal(links, &object) == nil && object != nil {
		return stringOrNull(object["next"])
	}
	var list []struct {
		URL   json.RawMessage `json:"url"`
		Label string          `json:"label"`
	}
	if json.Unmarshal(links, &list) != nil {
		return "", false
	}
	for _, link := range list {
		if strings.Contains(strings.ToLower(link.Label), "next") {
			return stringOrNull(link.URL)
		}
	}
	return "", false
}

// stringOrNull returns the text of a JSON string, "" for null, and whether it was either of the
// two.
func stringOrNull(raw json.RawMessage) (string, bool) {
	var s *string
	if len(raw) == 0 || json.Unmarshal(raw, &s) != nil {
		return "", false
	}
	if s == nil {
		return "", true
	}
	return *s, true
}
