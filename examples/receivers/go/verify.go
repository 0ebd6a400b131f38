// Verifies webhooks of Jobchime (Standard Webhooks 1.0) with the standard library alone. In a handler of net/http:
//
//	body, _ := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
//	h := r.Header
//	err := Verify(h.Get("webhook-id"), h.Get("webhook-timestamp"), h.Get("webhook-signature"), body, keys, time.Now())
//
// github.com/standard-webhooks/standard-webhooks/libraries/go is a library that does the same.
package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"
)

const tolerance = 5 * time.Minute

// Verify answers why a message must not be believed; nil: it is genuine. Several keys: an old one and a new one.
func Verify(id, timestamp, signatures string, body []byte, keys []string, now time.Time) error {
	if id == "" || timestamp == "" || signatures == "" {
		return errors.New("missing header")
	}
	seconds, err := strconv.ParseUint(timestamp, 10, 40)
	if err != nil || now.Sub(time.Unix(int64(seconds), 0)).Abs() > tolerance {
		return errors.New("stale")
	}
	for _, key := range keys {
		secret, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(strings.TrimPrefix(key, "whsec_"), "="))
		if err != nil || len(secret) == 0 {
			return errors.New("not a key")
		}
		mac := hmac.New(sha256.New, secret)
		mac.Write([]byte(id + "." + timestamp + "."))
		mac.Write(body)
		expected := mac.Sum(nil)
		for _, signature := range strings.Split(signatures, " ") {
			given, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(signature, "v1,"))
			if strings.HasPrefix(signature, "v1,") && err == nil && hmac.Equal(given, expected) {
				return nil
			}
		}
	}
	return errors.New("bad signature")
}

// WEBHOOK_KEYS='whsec_... whsec_...' go run verify.go ID TIMESTAMP SIGNATURE < body
func main() {
	now := time.Now()
	if seconds, err := strconv.ParseInt(os.Getenv("WEBHOOK_NOW"), 10, 64); err == nil {
		now = time.Unix(seconds, 0)
	}
	body, _ := io.ReadAll(os.Stdin)
	args := append(os.Args[1:], "", "", "")
	if err := Verify(args[0], args[1], args[2], body, strings.Fields(os.Getenv("WEBHOOK_KEYS")), now); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println("verified")
}
