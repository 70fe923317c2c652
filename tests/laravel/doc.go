// SPDX-License-Identifier: GPL-3.0-or-later

// Package laravel runs a real Laravel application for tests: an ACS Monitor as a competent Laravel
// developer would write it from the public facts of the API, on the framework and the PostgreSQL
// that the system packages.
//
//	func TestMain(m *testing.M) { os.Exit(laravel.Main(m)) }
//
//	func TestSomething(t *testing.T) {
//		srv := laravel.Start(t, laravel.Options{})
//		// srv.URL and srv.Token are what a client needs.
//	}
//
// What is in app/ is the application. Everything that the framework does by itself is left to it:
// routing, authentication, rate limits, validation, pages, casts, errors, maintenance mode. What the
// public facts leave open is a switch (see [Switches]), with the names and values that the sandbox's
// alternatives have.
//
// It owns how such a server starts, is arranged and stops. It knows no client, and nothing of the
// sandbox. Where PHP, the framework or PostgreSQL are missing, Start skips the test; scripts/laravel
// installs them where it may, and says what is skipped where it may not.
package laravel
