// SPDX-License-Identifier: GPL-3.0-or-later

// Package profile holds what is known of how one server behaves. acsmon doctor learns
// it, and everything else reads it once and hands it down. It owns the file, and it
// does not know how a fact is learned or what is done with it.
//
// The zero Profile knows nothing. Whoever reads a fact must be careful where it is
// [Unknown].
package profile

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/acsmon/acsmon-ansible/internal/files"
	"github.com/acsmon/acsmon-ansible/internal/folders"
)

// Fact is whether something holds of a server.
type Fact string

// What a Fact can be.
const (
	Unknown Fact = ""
	Yes     Fact = "yes"
	No      Fact = "no"
)

// Known makes a Fact of what was seen.
func Known(holds bool) Fact {
	if holds {
		return Yes
	}
	return No
}

// Profile is what is known of one server.
type Profile struct {
	// Server is its base URL in one spelling: settings.Connection.Server.
	Server string `json:"server"`
	// Learned is when.
	Learned time.Time `json:"learned"`
	// Version is the server's, where it shows one.
	Version string `json:"version,omitempty"`

	// Trims: white space around a text is removed.
	Trims Fact `json:"trims,omitempty"`
	// UniqueNames: two resources of one kind cannot have the same name.
	UniqueNames Fact `json:"unique_names,omitempty"`
	// UnknownKeys is what a write does with a key that the server does not know.
	UnknownKeys UnknownKeys `json:"unknown_keys,omitempty"`

	// Lists are by their path, such as "/monitors".
	Lists map[string]List `json:"lists,omitempty"`
	// Keys are those under which a read shows the fields of a module, by the module's
	// name and the field's.
	Keys map[string]map[string]string `json:"keys,omitempty"`
}

// UnknownKeys is what a write does with a key that the server does not know.
type UnknownKeys string

// What it can do.
const (
	Ignored UnknownKeys = "ignored"
	Refused UnknownKeys = "refused"
	Stored  UnknownKeys = "stored"
)

// List is what is known of one list.
type List struct {
	// PageSize is the largest page that the server gives; 0: unknown.
	PageSize int `json:"page_size,omitempty"`
	// KeepsUnnamed: an update keeps what it does not name, secrets included.
	KeepsUnnamed Fact `json:"keeps_unnamed,omitempty"`
	// SearchFinds: a search for a name finds every row of that name.
	SearchFinds Fact `json:"search_finds,omitempty"`
	// Filters and Sort: what they ask for is done.
	Filters Fact `json:"filters,omitempty"`
	Sort    Fact `json:"sort,omitempty"`
}

// PageSizes are the largest pages by the path of the list, of those that are known.
func (p Profile) PageSizes() map[string]int {
	sizes := map[string]int{}
	for path, list := range p.Lists {
		if list.PageSize > 0 {
			sizes[path] = list.PageSize
		}
	}
	return sizes
}

// Folder is where profiles are kept, below the folder of the user's settings.
const Folder = "servers"

// Path is the file of a server's profile in a folder.
func Path(folder, server string) string {
	return filepath.Join(folder, folders.FileName(server)+".json")
}

// Load reads the profile of a server from a file. A file that does not exist is an
// error of fs.ErrNotExist.
func Load(path, server string) (Profile, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return Profile{}, err
	}
	var p Profile
	if err := json.Unmarshal(content, &p); err != nil || p.Server == "" {
		return Profile{}, fmt.Errorf("%s is not a server profile: make one with acsmon doctor --write", path)
	}
	if p.Server != server {
		return Profile{}, fmt.Errorf("%s is the profile of %s, but the base URL is %s: name the profile of that server", path, p.Server, server)
	}
	return p, nil
}

// Save keeps a profile in a file that nobody else can read.
func (p Profile) Save(path string) error {
	content, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return err
	}
	if err := files.ReplacePrivate(path, append(content, '\n')); err != nil {
		return fmt.Errorf("the server profile cannot be kept: %w", err)
	}
	return nil
}

// IsMissing reports whether err says that there is no profile. The home of a user without one may
// be /dev/null.
func IsMissing(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
}
