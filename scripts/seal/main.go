// SPDX-License-Identifier: GPL-3.0-or-later

// Command seal changes executables for Linux so that Ansible never takes them for a list of
// hosts.
//
//	seal FILE...
//
// With its default settings Ansible gives an inventory script that failed to its other
// inventory plugins. The plugin ini takes the first word of each line for a host, whatever
// bytes it is made of, and keeps the hosts of the lines before a fault. It fails in the first
// line, before it has any host, where a further word of that line holds no "=".
//
// Executables for other systems stay as they are. The first line of one for macOS on amd64 has
// a blank in the flags of its header. That of one for macOS on arm64 ends behind its first four
// bytes, which are fixed.
package main

import (
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

// word is a word by itself. It lies in the bytes of an ELF header that nothing uses; the bytes
// before it are fixed, and none of them ends a line.
const word = " x "

func seal(path string) error {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer file.Close()
	magic := make([]byte, len(elf.ELFMAG))
	if _, err := file.ReadAt(magic, 0); err != nil {
		return fmt.Errorf("%s is no executable: %w", path, err)
	}
	if string(magic) != elf.ELFMAG {
		return nil
	}
	if _, err := file.WriteAt([]byte(word), elf.EI_PAD); err != nil {
		return err
	}
	return file.Close()
}
