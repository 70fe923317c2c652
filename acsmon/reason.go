// SPDX-License-Identifier: MIT

package acsmon

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"syscall"
)

// Reason is why a request failed, for a caller that acts on it or gives advice. If it is empty, the
// status and the server's message say all that is known.
type Reason string

// Reasons why no response came.
const (
	// ReasonUnknownHost says that the host of the base URL has no address.
	ReasonUnknownHost Reason = "unknown host"
	// ReasonRefused says that nothing listens on the port of the base URL.
	ReasonRefused Reason = "connection refused"
	// ReasonUnreachable says that no connection was made in time: see WithConnectTimeout.
	ReasonUnreachable Reason = "unreachable"
	// ReasonTimeout says that no whole response came in time: see WithTimeout.
	ReasonTimeout Reason = "time-out"
	// ReasonClosed says that the connection ended before a response came.
	ReasonClosed Reason = "connection closed"
	// ReasonNoTLS says that the server speaks plain HTTP but the base URL says https.
	ReasonNoTLS Reason = "no TLS"
	// ReasonUnknownAuthority says that the certificate's authority is not trusted: see WithCAFile.
	ReasonUnknownAuthority Reason = "unknown authority"
	// ReasonWrongName says that the certificate is for another name than that of the base URL.
	ReasonWrongName Reason = "wrong name"
	// ReasonBadCertificate says that the certificate has expired, is not valid yet, or may not
	// be used for a server.
	ReasonBadCertificate Reason = "bad certificate"
	// ReasonCanceled says that the caller's context ended.
	ReasonCanceled Reason = "canceled"
)

// Reasons that a response gives.
const (
	// ReasonUnauthorized is a 401: the token is not valid.
	ReasonUnauthorized Reason = "unauthorized"
	// ReasonLogin says that the server refused an e-mail address and a password.
	ReasonLogin Reason = "login refused"
	// ReasonForbidden is a 403: the token's role lacks Error.Permission.
	ReasonForbidden Reason = "forbidden"
	// ReasonLicence is a 403 that names the licence. No permission lifts it.
	ReasonLicence Reason = "licence"
	// ReasonTaken is a 422 that says that another resource has this name.
	ReasonTaken Reason = "taken"
	// ReasonRateLimit says that the rate limit is used up for longer than the call may wait:
	// see WithMaxWait and WithWaitBudget.
	ReasonRateLimit Reason = "rate limit"
	// ReasonUnavailable is a 503, or maintenance mode with another status, for longer than the
	// call may wait: see WithMaxWait and WithWaitBudget.
	ReasonUnavailable Reason = "unavailable"
	// ReasonRedirect says that the server answers with a redirect, which is not followed.
	ReasonRedirect Reason = "redirect"
	// ReasonIngest says that a webhook takes no events at its address: it was removed or is
	// switched off, or the address is wrong.
	ReasonIngest Reason = "event refused"
	// ReasonPage says that an HTML page came instead of JSON.
	ReasonPage Reason = "page"
	// ReasonTooMuch says that a list has more rows or bytes than WithMaxList allows.
	ReasonTooMuch Reason = "too much"
	// ReasonListChanged says that a list kept changing while it was read: see ErrListChanged.
	ReasonListChanged Reason = "list changed"
)

// taken is Laravel's English wording.
var taken = regexp.MustCompile(`(?i)\bhas already been taken\b`)

var licence = regexp.MustCompile(`(?i)licen[cs]e`)

// ingestRefusals are the statuses that may say that there is no such webhook, or that it is
// switched off. They are a guess: no public page names them.
var ingestRefusals = []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusGone}

// loginRefusals are the statuses that may refuse an e-mail address and a password. Those of a user
// with two-factor authentication are a guess: no public page names them.
var loginRefusals = []int{
	http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusConflict, http.StatusUnprocessableEntity,
	http.StatusLocked, http.StatusPreconditionRequired,
}

// refusalReason returns why a response refuses the request.
func (k *call) refusalReason(status int, message string, body []byte) Reason {
	switch {
	case status < 300, status == http.StatusServiceUnavailable:
		return ReasonUnavailable
	case status < 400:
		return ReasonRedirect
	case k.request.path == loginPath && slices.Contains(loginRefusals, status):
		return ReasonLogin
	case k.request.target != "" && slices.Contains(ingestRefusals, status):
		return ReasonIngest
	case status == http.StatusUnauthorized:
		return ReasonUnauthorized
	case status == http.StatusForbidden && licence.MatchString(message):
		return ReasonLicence
	case status == http.StatusForbidden:
		return ReasonForbidden
	case status == http.StatusUnprocessableEntity && taken.MatchString(message):
		return ReasonTaken
	case status == http.StatusNotFound && isPage(body):
		return ReasonPage
	case status == http.StatusTooManyRequests:
		return ReasonRateLimit
	}
	return ""
}

// networkFault says why no response came. It leaves out the address that net/http puts before the
// cause.
func networkFault(err error) (Reason, string) {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	var dns *net.DNSError
	if errors.As(err, &dns) {
		return ReasonUnknownHost, fmt.Sprintf("the host %q cannot be found", dns.Name)
	}
	var cert *tls.CertificateVerificationError
	if errors.As(err, &cert) {
		return certificateReason(cert.Err), fmt.Sprintf("the server's certificate is not trusted (%v)", cert.Err)
	}
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return ReasonClosed, "the connection was closed before a response came"
	case errors.Is(err, syscall.ECONNREFUSED):
		return ReasonRefused, err.Error()
	case timedOut(err):
		return ReasonUnreachable, err.Error()
	case strings.Contains(err.Error(), plainHTTP):
		return ReasonNoTLS, err.Error()
	}
	return "", err.Error()
}

// plainHTTP is net/http's text for a response without TLS. It has no error value for it.
const plainHTTP = "server gave HTTP response to HTTPS client"

func certificateReason(err error) Reason {
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(err, &name):
		return ReasonWrongName
	case errors.As(err, &invalid):
		return ReasonBadCertificate
	}
	return ReasonUnknownAuthority
}

// hopeless reports whether no connection was made and a repeat cannot help: an unknown host, a TLS
// failure.
func hopeless(err error) bool {
	var dns *net.DNSError
	if errors.As(err, &dns) {
		return dns.IsNotFound
	}
	// crypto/tls exports few of its errors, but the text of each has this prefix.
	said := withoutURL(err).Error()
	return strings.Contains(said, "tls: ") || strings.Contains(said, plainHTTP)
}

// timedOut reports whether an attempt failed because its time was over.
func timedOut(err error) bool {
	var netErr net.Error
	return errors.As(withoutURL(err), &netErr) && netErr.Timeout()
}

// withoutURL returns the cause to which http.Client adds the URL.
func withoutURL(err error) error {
	if u, ok := err.(*url.Error); ok { //nolint:errorlint // that of http.Client is the outermost
		return u.Err
	}
	return err
}
