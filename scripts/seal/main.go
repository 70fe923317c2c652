// SPDX-License-Identifier: GPL-3.0-or-later

// Command seal changes executables so that Ansible never takes them for a list of hosts.
//
//	seal FILE...
//
// With its default settings Ansible gives an inventory script that failed to its other
// inventory plugins. The plugin ini takes the first word of each line for a host, whatever
// bytes it is made of, and keeps the hosts of the lines before a fault. It fails in the first
// line, before it has any host, where a further word of that line holds no "=".
//
// An executable for Linux gets such a word into its header, and one for macOS on arm64 becomes a
// universal file. Other files stay as they are: one for macOS on amd64 has a blank in the flags
// of its header.
package main

import (
	"bytes"
	"debug/elf"
	"fmt"
	"log"
	"os"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("seal: ")
	for _, path := range os.Args[1:] {
		if err := seal(path); err != nil {
			log.Fatal(err)
		}
	}
}

// word is a word by itself. It is put into bytes of an ELF header that nothing uses. The bytes
// before it are fixed, and none of them ends a line.
const word = " x "

func seal(path string) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	switch {
	case bytes.HasPrefix(content, []byte(elf.ELFMAG)) && len(content) > elf.EI_NIDENT:
		copy(content[elf.EI_PAD:], word)
	case bytes.HasPrefix(content, arm64):
		if content, err = universal(content); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	default:
		return nil
	}
	return os.WriteFile(path, content, 0o755) // this does not change the mode of an existing file
}
