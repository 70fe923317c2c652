// SPDX-License-Identifier: GPL-3.0-or-later

// Package exact parses JSON without changing its numbers: each is a json.Number with the digits in
// which it came. It must not know what is parsed.
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

// Unmarshal parses the first JSON value of a text into what destination points to.
func Unmarshal(text []byte, destination any) error {
	return NewDecoder(bytes.NewReader(text)).Decode(destination)
}
