// SPDX-License-Identifier: GPL-3.0-or-later

// Package profile holds what is known of how one server behaves. acsmon doctor learns it;
// everything else loads it once and passes it on. The package owns the file. It does not know how a
// fact is learned or what is done with it.
//
// The zero Profile knows nothing. Code that uses a fact must be careful if it is [Unknown].
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

// Fact says whether something is true of a server.
type Fact string

// The values of a Fact.
const (
	Unknown Fact = ""
	Yes     Fact = "yes"
	No      Fact = "no"
)

// Known returns the Fact for what was seen.
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
	// Learned is when the facts were learned.
	Learned time.Time `json:"learned"`
	// Version is the server's version, if it shows one.
	Version string `json:"version,omitempty"`

	// Trims: white space around a text is removed.
	Trims Fact `json:"trims,omitempty"`
	// UniqueNames: two resources of one kind cannot have the same name.
	UniqueNames Fact `json:"unique_names,omitempty"`
	// UnknownKeys is what the server does with a key that it does not know.
	UnknownKeys UnknownKeys `json:"unknown_keys,omitempty"`

	// Lists are by their path, such as "/monitors".
	Lists map[string]List `json:"lists,omitempty"`
	// Keys are the keys under which the server shows the fields of a module, by the names of the
	// module and the field.
	Keys map[string]map[string]string `json:"keys,omitempty"`
}

// UnknownKeys is what a server does with a key that it does not know.
type UnknownKeys string

// The values of UnknownKeys.
const (
	Ignored UnknownKeys = "ignored"
	Refused UnknownKeys = "refused"
	Stored  UnknownKeys = "stored"
)

// List is what is known of one list.
type List struct {
	// PageSize is the size of the largest page that the server sends; 0: unknown.
	PageSize int `json:"page_size,omitempty"`
	// KeepsUnnamed: an update keeps what it does not name, secrets included.
	KeepsUnnamed Fact `json:"keeps_unnamed,omitempty"`
	// SearchFinds: a search for a name finds every row of that name.
	SearchFinds Fact `json:"search_finds,omitempty"`
	// Filters and Sort: the server does what they ask for.
	Filters Fact `json:"filters,omitempty"`
	Sort    Fact `json:"sort,omitempty"`
}

// PageSizes returns the known sizes of the largest pages, by the path of the list.
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

// Load loads the profile of a server from a file. If the file does not exist, the error is
// fs.ErrNotExist.
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

// Save saves a profile in a file that nobody else can read.
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
