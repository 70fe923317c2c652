// SPDX-License-Identifier: MIT

package acsmontest

import (
	"bytes"
	"crypto/md5" // what some servers show
	"crypto/sha256"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"strings"
)

// mibInput is the form with which a MIB is uploaded: a file and texts. The MIB has the name of the
// file, unless the form names another.
func mibInput(c *call, input row) row {
	_, params, err := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	if err != nil || params["boundary"] == "" {
		return input
	}
	form := multipart.NewReader(bytes.NewReader(c.raw), params["boundary"])
	columns := row{}
	for {
		part, err := form.NextPart()
		if err != nil {
			break
		}
		content, err := io.ReadAll(part)
		switch {
		case err != nil:
		case part.FileName() == "":
			columns[part.FormName()] = c.trimmed(string(content), true)
		case part.FormName() == c.s.alt.Upload:
			columns["file_name"], columns["content"] = part.FileName(), string(content)
		}
	}
	if file, ok := columns["file_name"].(string); ok && columns["name"] == nil {
		columns["name"], _, _ = strings.Cut(file, ".")
	}
	return columns
}

// wantFile refuses a MIB without a file.
func wantFile(c *call, columns row) []fault422 {
	if columns["content"] != nil {
		return nil
	}
	return []fault422{{c.s.alt.Upload, fmt.Sprintf("The %s field is required.", c.s.alt.Upload)}}
}

// mibDigest is what a MIB shows of its content.
func mibDigest(s *Server, mib row) object {
	content, _ := mib["content"].(string)
	switch s.alt.Digest {
	case "sha256":
		return object{{"sha256", fmt.Sprintf("%x", sha256.Sum256([]byte(content)))}}
	case "md5":
		return object{{"checksum", fmt.Sprintf("%x", md5.Sum([]byte(content)))}}
	}
	return nil
}
