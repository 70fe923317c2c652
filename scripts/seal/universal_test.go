// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"bytes"
	"crypto/sha256"
	"debug/buildinfo"
	"debug/macho"
	"encoding/binary"
	"os"
	"reflect"
	"testing"
)

// The executable in a universal file is what Go's linker made, and the file says what it was built
// from.
func TestAUniversalFileHoldsTheExecutable(t *testing.T) {
	path := build(t, "darwin", "arm64")
	before, wantInfo := read(t, path), infoOf(t, path)
	if err := seal(path); err != nil {
		t.Fatal(err)
	}
	after := read(t, path)
	file, err := macho.NewFatFile(bytes.NewReader(after))
	if err != nil {
		t.Fatal(err)
	}
	if len(file.Arches) != 2 || file.Arches[0].Cpu != macho.CpuPpc {
		t.Fatalf("it holds %v", file.Arches)
	}
	slice := file.Arches[1]
	if slice.Cpu != macho.CpuArm64 || slice.SubCpu != slice.File.SubCpu || slice.Offset%(1<<slice.Align) != 0 || slice.Align != 14 {
		t.Errorf("arm64 is entered as %+v", slice.FatArchHeader)
	}
	inside := after[slice.Offset:][:slice.Size]
	if !bytes.Equal(inside, before) {
		t.Error("the executable inside is another one")
	}
	wantSigned(t, inside)
	if got := infoOf(t, path); !reflect.DeepEqual(got, wantInfo) {
		t.Errorf("it was built with\n%v\nwant\n%v", got, wantInfo)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm()&0o100 == 0 {
		t.Errorf("it may not be run: %v, %v", info.Mode(), err)
	}
	if err := seal(path); err != nil || !bytes.Equal(read(t, path), after) {
		t.Errorf("it is changed when it is sealed again: %v", err)
	}
}

// No byte of the first line depends on the executable: 0x0c ends it.
func TestTheFirstLineOfAUniversalFileIsFixed(t *testing.T) {
	path := build(t, "darwin", "arm64")
	if err := seal(path); err != nil {
		t.Fatal(err)
	}
	const want = "\xca\xfe\xba\xbe\x00\x00\x00\x02\x00\x00\x00\x12\x00\x00\x00\x00\x00\x00 \x00\x00\x00 \x00\x00\x00\x00\r"
	if got := read(t, path)[:len(want)]; string(got) != want {
		t.Errorf("it begins with %q, want %q", got, want)
	}
}

func TestLongBuildInformationIsRefused(t *testing.T) {
	room := firstSize - 160 // behind the header
	if first, err := carrier(make([]byte, room)); err != nil || len(first) != firstSize {
		t.Errorf("got %d bytes, %v", len(first), err)
	}
	if _, err := carrier(make([]byte, room+1)); err == nil {
		t.Error("want an error for one byte more")
	}
}

func infoOf(t *testing.T, path string) *buildinfo.BuildInfo {
	t.Helper()
	info, err := buildinfo.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return info
}

// wantSigned wants an executable whose signature has the hashes of its pages.
func wantSigned(t *testing.T, executable []byte) {
	t.Helper()
	file, err := macho.NewFile(bytes.NewReader(executable))
	if err != nil {
		t.Fatal(err)
	}
	signature := signatureOf(t, file, executable)
	var blob struct{ Magic, Length, Count, Type, Offset uint32 }
	decode(t, signature, &blob)
	var directory struct {
		Magic, Length, Version, Flags, HashAt, NameAt, Special, Pages, Limit uint32
		HashSize, HashType, Platform, PageBits                               uint8
	}
	content := signature[blob.Offset:]
	decode(t, content, &directory)
	if blob.Magic != 0xfade0cc0 || directory.Magic != 0xfade0c02 || directory.HashType != 2 || directory.Pages == 0 {
		t.Fatalf("the signature is %+v, %+v", blob, directory)
	}
	signed := executable[:directory.Limit]
	for page := range directory.Pages {
		at := int(page) << directory.PageBits
		sum := sha256.Sum256(signed[at:min(at+1<<directory.PageBits, len(signed))])
		if want := content[directory.HashAt+page*uint32(directory.HashSize):][:directory.HashSize]; !bytes.Equal(sum[:], want) {
			t.Errorf("the hash of page %d is another one", page)
		}
	}
}

// signatureOf returns what the command LC_CODE_SIGNATURE names.
func signatureOf(t *testing.T, file *macho.File, executable []byte) []byte {
	t.Helper()
	for _, load := range file.Loads {
		if raw := load.Raw(); file.ByteOrder.Uint32(raw) == 0x1d {
			return executable[file.ByteOrder.Uint32(raw[8:]):][:file.ByteOrder.Uint32(raw[12:])]
		}
	}
	t.Fatal("it has no signature")
	return nil
}

func decode(t *testing.T, content []byte, value any) {
	t.Helper()
	if _, err := binary.Decode(content, binary.BigEndian, value); err != nil {
		t.Fatal(err)
	}
}
