// SPDX-License-Identifier: MIT

package acsmon

import (
	"bytes"
	"cmp"
	"context"
	"mime/multipart"
	"net/http"
)

// MIBs are the files with which the server gives names to what devices send. A MIB is uploaded,
// read and deleted; the API cannot change it, so Update ends in a 405.
type MIBs struct{ Collection[Fields] }

// MIBUpload is a file that becomes a MIB of the server.
type MIBUpload struct {
	FileName string
	Content  []byte
	// Part is the name of the part of the form that holds the file. No public page names it: ""
	// means file, and a server that wants another name says so in the errors of its 422.
	Part string
	// More are additional parts of the form, which are texts.
	More map[string]string
}

// Upload makes a MIB of a file. Like [Collection.Create], it never happens twice.
func (m MIBs) Upload(ctx context.Context, upload MIBUpload) (Fields, error) {
	form, err := upload.form()
	if err != nil {
		return nil, err
	}
	return m.one(ctx, request{method: http.MethodPost, path: m.path, body: form, once: true, permission: m.permission("create")})
}

// form is the body of a request that is not JSON.
type form struct {
	mediaType string
	content   []byte
}

func (u MIBUpload) form() (form, error) {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, value := range u.More {
		if err := w.WriteField(name, value); err != nil {
			return form{}, err
		}
	}
	part, err := w.CreateFormFile(cmp.Or(u.Part, "file"), u.FileName)
	if err != nil {
		return form{}, err
	}
	if _, err := part.Write(u.Content); err != nil {
		return form{}, err
	}
	if err := w.Close(); err != nil {
		return form{}, err
	}
	return form{w.FormDataContentType(), body.Bytes()}, nil
}
