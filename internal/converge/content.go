// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"context"
	"crypto/md5"  // what some servers show
	"crypto/sha1" // what some servers show
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// Content is the content of a file. A row shows at most a digest of it. What is desired is a File.
var Content Form = content{}

// File is a file that is to be uploaded. As JSON it is its digest.
type File struct {
	Name    string
	Content []byte
}

// Digest identifies the content of the file.
func (f File) Digest() string { return digestOf(sha256.Sum256(f.Content)) }

func digestOf(sum [sha256.Size]byte) string { return hex.EncodeToString(sum[:]) }

// MarshalJSON returns the digest as JSON.
func (f File) MarshalJSON() ([]byte, error) { return json.Marshal(f.Digest()) }

// IsDigest reports whether a text may be a digest with which a File can be compared.
func IsDigest(text string) bool {
	raw, err := hex.DecodeString(bareDigest(text))
	return err == nil && (len(raw) == md5.Size || len(raw) == sha1.Size || len(raw) == sha256.Size)
}

// bareDigest is a digest without the name of its algorithm.
func bareDigest(text string) string {
	_, bare, named := strings.Cut(strings.ToLower(strings.TrimSpace(text)), ":")
	if !named {
		return strings.ToLower(strings.TrimSpace(text))
	}
	return bare
}

// has reports whether the digest that a row shows is that of the file.
func (f File) has(shown any) bool {
	text, _ := shown.(string)
	switch text = bareDigest(text); len(text) {
	case 2 * md5.Size:
		sum := md5.Sum(f.Content)
		return text == hex.EncodeToString(sum[:])
	case 2 * sha1.Size:
		sum := sha1.Sum(f.Content)
		return text == hex.EncodeToString(sum[:])
	}
	return text == f.Digest()
}

type content struct{ scalar }

func (content) compare(_ context.Context, w wish, row acsmon.Fields) (change, error) {
	file, _ := w.value.(File)
	current, _ := w.valueIn(row)
	c := w.replace(file, current, !file.has(current))
	c.after, c.row = file.Digest(), map[string]any{w.key(): file.Digest()}
	if row != nil {
		c.writes = 1 // the old one is removed
	}
	return c, nil
}

func (content) list(Field, any, referrer) (any, error) { return nil, nil }

func (content) render(desired any) any {
	file, _ := desired.(File)
	return file.Digest()
}
