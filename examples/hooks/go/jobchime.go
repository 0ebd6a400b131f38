// Package jobchime tells Jobchime of the calls that an SDK makes. Needs JOBCHIME_URL, and a token with the scope track in JOBCHIME_TOKEN.
//
// gophertelekomcloud, and Gophercloud:
//
//	provider.HTTPClient.Transport = jobchime.Transport{Next: provider.HTTPClient.Transport}
//
// Huawei Cloud's SDK, from 0.1.114; proxy, certificates and dialling are then those of Next:
//
//	config.DefaultHttpConfig().WithHttpRoundTripper(jobchime.Transport{Next: http.DefaultTransport})
//
// Before, or where that is taken: its hook is not told the URL, so each client's hook is told host and project.
//
//	tell := func(r http.Response) { jobchime.TellOfResponse("https://ecs.eu-west-101.myhuaweicloud.eu/v1.1/"+project, r) }
//	config.DefaultHttpConfig().WithHttpHandler(httphandler.NewHttpHandler().AddResponseHandler(tell))
package jobchime

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

var client = &http.Client{Timeout: 2 * time.Second}

// Transport passes each call on to Next, and tells of what was answered with 2xx to anything but GET.
type Transport struct{ Next http.RoundTripper }

func (t Transport) RoundTrip(request *http.Request) (*http.Response, error) {
	next := t.Next
	if next == nil {
		next = http.DefaultTransport
	}
	response, err := next.RoundTrip(request)
	if err != nil || request.Method == http.MethodGet || response.StatusCode/100 != 2 {
		return response, err
	}
	// Answers of IAM hold tokens. They start no job and leave this program for nobody.
	if strings.Contains(request.URL.Path, "/auth/") {
		return response, nil
	}
	body, readErr := io.ReadAll(response.Body)
	response.Body.Close()
	response.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body), failing{readErr}))
	Tell(request.URL.String(), body)
	return response, nil
}

// failing repeats to the caller what went wrong with the body.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) {
	if f.err != nil {
		return 0, f.err
	}
	return 0, io.EOF
}

// TellOfResponse takes the response that Huawei Cloud's SDK gives to a hook: its body is a copy, and may be read.
func TellOfResponse(url string, copied http.Response) {
	if copied.StatusCode/100 != 2 || copied.Body == nil {
		return
	}
	if body, err := io.ReadAll(copied.Body); err == nil {
		Tell(url, body)
	}
}

// Tell hands a call's answer in, waits for at most 2 s, and leaves what goes wrong aside.
func Tell(url string, body []byte) {
	if !bytes.Contains(bytes.ToLower(body), []byte("job")) {
		return
	}
	call, _ := json.Marshal(map[string]string{"url": url, "body": string(body)})
	request, err := http.NewRequest("POST", os.Getenv("JOBCHIME_URL")+"/v1/intake", bytes.NewReader(call))
	if err != nil {
		return
	}
	request.Header.Set("Authorization", "Bearer "+os.Getenv("JOBCHIME_TOKEN"))
	request.Header.Set("Content-Type", "application/json")
	if response, err := client.Do(request); err == nil {
		response.Body.Close()
	}
}
