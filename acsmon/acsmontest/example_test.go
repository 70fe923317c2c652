// SPDX-License-Identifier: MIT

package acsmontest_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// A create whose response is lost: the server has the monitor, but the client cannot know. In a
// test, Start replaces New, Listen and Close.
func Example() {
	server := acsmontest.New(acsmontest.Options{Seed: 1})
	if err := server.Listen(""); err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()
	server.Inject(acsmontest.Fault{Method: "POST", Path: "/monitors", Times: 1, Do: acsmontest.After(acsmontest.Reset())})

	request, _ := http.NewRequest("POST", server.URL+"/api/v1/monitors",
		strings.NewReader(`{"name":"Public website","type":"https","host":"example.com"}`))
	request.Header.Set("Authorization", "Bearer "+server.Token)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/json")
	_, err := http.DefaultClient.Do(request)

	fmt.Println("the client got an answer:", err == nil)
	for _, monitor := range server.Rows("monitors") {
		fmt.Println("the server has:", monitor["name"])
	}
	fmt.Println("requests:", len(server.Requests()))
	// Output:
	// the client got an answer: false
	// the server has: Public website
	// requests: 1
}

// A client without a network: real HTTP in memory, which also works inside a testing/synctest
// bubble.
func ExampleServer_Dial() {
	server := acsmontest.New(acsmontest.Options{})
	defer server.Close()
	client := &http.Client{Transport: &http.Transport{DialContext: server.Dial}}
	defer client.CloseIdleConnections()

	request, _ := http.NewRequest("GET", server.URL+"/api/v1/system/health", nil)
	request.Header.Set("Accept", "application/json")
	response, err := client.Do(request)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer response.Body.Close()
	body, _ := io.ReadAll(response.Body)
	fmt.Println(response.StatusCode, string(body))
	// Output:
	// 401 {"message":"Unauthenticated."}
}
