// SPDX-License-Identifier: GPL-3.0-or-later

package laravel_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
)

type row = map[string]any

// An api asks a server as a client that follows no redirect.
type api struct {
	t          *testing.T
	url, token string
}

type answer struct {
	status int
	header http.Header
	body   string
}

var client = http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

// ask sends a request; a body is given as a value, or as text that is sent as it is.
func (a api) ask(method, path string, body any, headers ...string) answer {
	a.t.Helper()
	text, ok := body.(string)
	if !ok && body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			a.t.Fatal(err)
		}
		text = string(encoded)
	}
	request, err := http.NewRequest(method, a.url+"/api/v1"+path, strings.NewReader(text))
	if err != nil {
		a.t.Fatal(err)
	}
	request.Header.Set("Accept", "application/json")
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if a.token != "" {
		request.Header.Set("Authorization", "Bearer "+a.token)
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := client.Do(request)
	if err != nil {
		a.t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		a.t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, string(content)}
}
