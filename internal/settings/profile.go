// SPDX-License-Identifier: GPL-3.0-or-later

package settings

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/acsmon/acsmon-ansible/internal/profile"
)

// addProfile loads what is known of the connection's server. A profile that the user named must
// exist and fit. If one that doctor left cannot be used, there is a warning, and the run is as
// careful as without it.
func (c *Connection) addProfile(s source, store *store) (err error) {
	named, name := s.value("profile")
	if named != nil {
		c.profilePath = fmt.Sprint(named)
	} else if store.dir != "" {
		c.profilePath = profile.Path(filepath.Join(store.dir, profile.Folder), c.Server())
	} else {
		return nil
	}
	c.Profile, err = profile.Load(c.profilePath, c.Server())
	switch {
	case err == nil || named == nil && profile.IsMissing(err):
		return nil
	case named != nil:
		return fmt.Errorf("the server profile that %s names cannot be used: %w", name, err)
	}
	c.Warnings = append(c.Warnings, fmt.Sprintf("the server profile is not used, run acsmon doctor --write again: %v", err))
	return nil
}

// SaveProfile saves a profile of the connection's server where the next connection will find it,
// and returns the path.
func (c *Connection) SaveProfile(p profile.Profile) (string, error) {
	if c.profilePath == "" {
		return "", errors.New("there is no home folder to keep the server profile in: set HOME, or name a file with ACSMON_PROFILE")
	}
	p.Server = c.Server()
	return c.profilePath, p.Save(c.profilePath)
}
