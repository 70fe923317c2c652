// SPDX-License-Identifier: GPL-3.0-or-later

package doctor

import (
	"fmt"
	"io"
	"runtime"

	"github.com/acsmon/acsmon-ansible/internal/exact"
	"github.com/acsmon/acsmon-ansible/internal/profile"
	"github.com/acsmon/acsmon-ansible/internal/untrusted"
	"github.com/acsmon/acsmon-ansible/internal/version"
)

// Print writes a line for each check for a person, and below it what to do.
func (d *Doctor) Print(w io.Writer) error {
	for _, c := range d.Checks {
		if _, err := fmt.Fprintf(w, "%-8s %-12s %s\n", c.Result, c.Name, d.visible(c.Text())); err != nil {
			return err
		}
		if c.Advice != "" {
			if _, err := fmt.Fprintf(w, "%22s%s\n", "-> ", c.Advice); err != nil {
				return err
			}
		}
	}
	_, err := fmt.Fprintf(w, "%d requests were sent\n", d.Requests)
	return err
}

func (d *Doctor) visible(text string) string {
	if d.connection != nil {
		text = d.connection.Redact(text)
	}
	return untrusted.Visible(text)
}

// line is a check as JSON.
type line struct {
	Name    string `json:"name"`
	Result  Result `json:"result"`
	Message string `json:"message"`
	Advice  string `json:"advice,omitempty"`
}

// document is an examination as JSON.
type document struct {
	Version  string          `json:"version"`
	System   string          `json:"system"`
	Healthy  bool            `json:"healthy"`
	Requests int             `json:"requests"`
	Checks   []line          `json:"checks"`
	Profile  profile.Profile `json:"profile"`
}

// JSON returns the examination for a program of the user.
func (d *Doctor) JSON() ([]byte, error) {
	return d.encode(d.Profile, func(c Check) string { return d.visible(c.Text()) })
}

// Report returns the examination for strangers: it holds nothing private.
func (d *Doctor) Report() ([]byte, error) {
	public := d.Profile
	public.Server = "<base URL>"
	if public.Version != "" {
		public.Version = "<version>"
	}
	return d.encode(public, Check.Public)
}

func (d *Doctor) encode(known profile.Profile, message func(Check) string) ([]byte, error) {
	doc := document{
		Version: version.String(), System: runtime.GOOS + "/" + runtime.GOARCH, Healthy: !d.Failed(),
		Requests: d.Requests, Checks: []line{}, Profile: known,
	}
	for _, c := range d.Checks {
		doc.Checks = append(doc.Checks, line{c.Name, c.Result, message(c), c.Advice})
	}
	return exact.Marshal(doc, "  ")
}
