// SPDX-License-Identifier: GPL-3.0-or-later

// Command linked says what is linked into the executables.
//
//	linked notices PLATFORM...
//
// prints the licences of all of it: whoever passes an executable on has to pass these on with it.
//
//	linked sbom VERSION TIME FOLDER
//
// prints the software bill of materials of a release, in CycloneDX's JSON, for the executables FOLDER/*/*.
//
// It refuses a licence that it does not know. It must not know which modules there are: the go command and the executables
// do.
package main

import (
	"fmt"
	"os"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	switch {
	case len(arguments) > 1 && arguments[0] == "notices":
		text, err := notices(".", arguments[1:])
		if err != nil {
			return err
		}
		fmt.Print(text)
		return nil
	case len(arguments) == 4 && arguments[0] == "sbom":
		return writeBill(os.Stdout, release{version: arguments[1], time: arguments[2], folder: arguments[3]})
	default:
		return fmt.Errorf("usage: linked notices PLATFORM... | linked sbom VERSION TIME FOLDER")
	}
}
