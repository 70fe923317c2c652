// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/converge"
	"github.com/acsmon/acsmon-ansible/internal/uploads"
)

// mibs are the MIBs of a server, each with the digest of its file. No public page says under which
// key the server shows a digest, if it does. So the digests of files that were uploaded from here
// are recorded here.
type mibs struct {
	mapped
	routes   acsmon.MIBs
	uploaded *uploads.List
}

func newMIBs(c *acsmon.Client) mibs {
	m := mibs{mapped{Collection: c.MIBs.Fields()}, c.MIBs, uploads.In(c.Origin(), c.MIBs.Path())}
	m.row = func(_ context.Context, row acsmon.Fields) (acsmon.Fields, error) { return m.withDigest(row), nil }
	return m
}

// digestKeys are where a MIB may show the digest of its file.
var digestKeys = []string{"digest", "sha256", "checksum", "hash", "file_hash", "content_hash", "sha1", "md5"}

// withDigest returns a MIB with its digest, if that is known.
func (m mibs) withDigest(row acsmon.Fields) acsmon.Fields {
	if row == nil {
		return nil
	}
	digest := m.uploaded.Digest(row.ID(), shownDigest(row))
	row = maps.Clone(row)
	if delete(row, "digest"); digest != "" {
		row["digest"] = digest
	}
	return row
}

// shownDigest is the digest that the server shows of a MIB; "" if it shows none.
func shownDigest(row acsmon.Fields) string {
	for _, key := range digestKeys {
		if shown, _ := row[key].(string); converge.IsDigest(shown) {
			return shown
		}
	}
	return ""
}

// Create uploads a MIB.
func (m mibs) Create(ctx context.Context, fields acsmon.Fields) (acsmon.Fields, error) {
	file, given := fields["digest"].(converge.File)
	if !given {
		return nil, errors.New("the API cannot change a MIB, but only upload one: give src too")
	}
	upload := acsmon.MIBUpload{FileName: file.Name, Content: file.Content, More: map[string]string{}}
	for key, value := range fields {
		if key != "digest" && value != nil {
			upload.More[key] = fmt.Sprint(value)
		}
	}
	row, err := m.routes.Upload(ctx, upload)
	if part := partAskedFor(err); part != "" {
		upload.Part = part
		row, err = m.routes.Upload(ctx, upload)
	}
	if err != nil {
		return nil, err
	}
	m.uploaded.Add(row.ID(), file.Digest(), shownDigest(row))
	return m.withDigest(row), nil
}

// partAskedFor is the name of the part of the form in which a server says that it wants the file;
// "" if it does not say.
func partAskedFor(err error) string {
	for _, key := range slices.Sorted(maps.Keys(acsmon.InvalidFields(err))) {
		if key != "file" && key != "name" && (strings.Contains(key, "mib") || strings.Contains(key, "file") || strings.Contains(key, "upload")) {
			return key
		}
	}
	return ""
}

// Update uploads a MIB that replaces another, which is removed once the new one exists. If a server
// does not accept two of one name, the old one is removed first.
func (m mibs) Update(ctx context.Context, id int64, fields acsmon.Fields) (acsmon.Fields, error) {
	row, err := m.Create(ctx, fields)
	if nameTaken(err) {
		if err := m.Delete(ctx, id); err != nil && !acsmon.IsNotFound(err) {
			return nil, fmt.Errorf("MIB %d cannot be replaced: %v", id, err)
		}
		if row, err = m.Create(ctx, fields); err != nil {
			return nil, fmt.Errorf("MIB %d was removed, and its new file was not uploaded (%v): run the task again", id, err)
		}
		return row, nil
	}
	var uncertain *acsmon.UncertainError
	switch {
	case errors.As(err, &uncertain): // there must not be a second one
		return nil, fmt.Errorf("it is not certain whether the new file of MIB %d was uploaded (%v): look at the MIBs, and remove the one that is too many", id, uncertain)
	case err != nil || row.ID() == id: // some servers replace a MIB of that name themselves
		return row, err
	}
	if err := m.Delete(ctx, id); err != nil && !acsmon.IsNotFound(err) {
		return nil, fmt.Errorf("the new file was uploaded as MIB %d, but MIB %d is still there (%v): remove it with its id", row.ID(), id, err)
	}
	return row, nil
}

// nameTaken reports whether an upload was refused for its name.
func nameTaken(err error) bool {
	return acsmon.IsConflict(err) && (!acsmon.IsInvalid(err) || acsmon.InvalidFields(err)["name"] != nil)
}

// Delete removes a MIB.
func (m mibs) Delete(ctx context.Context, id int64) error {
	err := m.Collection.Delete(ctx, id)
	if err == nil {
		m.uploaded.Remove(id)
	}
	return err
}
