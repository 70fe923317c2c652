// SPDX-License-Identifier: GPL-3.0-or-later

// Package exact reads and writes JSON without changing it: a number that is parsed is a json.Number
// with the digits in which it came, and a text that is written keeps its <, > and &. It must not know
// what is read or written.
package exact

import (
	"bytes"
	"encoding/json"
	"io"
)

// NewDecoder returns a decoder of JSON values.
func NewDecoder(from io.Reader) *json.Decoder {
	decoder := json.NewDecoder(from)
	decoder.UseNumber()
	return decoder
}

// Marshal returns a value as JSON on a line, or on several that are indented, with a line end.
func Marshal(value any, indent string) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", indent)
	err := encoder.Encode(value)
	return text.Bytes(), err
}

// Unmarshal parses the first JSON value of a text into what destination points to.
func Unmarshal(text []byte, destination any) error {
	return NewDecoder(bytes.NewReader(text)).Decode(destination)
}
