// SPDX-License-Identifier: MIT

//go:build race

package acsmon_test

func init() { raceDetector = true }
