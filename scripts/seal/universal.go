// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"bytes"
	"debug/macho"
	"encoding/binary"
	"errors"
	"fmt"
)

// arm64 is the beginning of each executable for macOS on arm64. Its fifth byte ends a line for
// Ansible, and the bytes are fixed, so there is no place for a word.
var arm64 = []byte("\xcf\xfa\xed\xfe\x0c\x00\x00\x01")

// A universal file is a table of executables, each for another processor, and the executables
// behind it. The table names arm64 by a byte that ends a line too, so another processor comes
// first: PowerPC, for which macOS has run nothing since 2011. Its offset and its size both have
// the byte of a blank, and everything before them is fixed.
const (
	firstAt, firstSize = 0x2000, 0x2000
	secondAt           = firstAt + firstSize
)

// universal puts an executable for macOS on arm64 into a universal file. The executable does not
// change, and its signature stays valid.
func universal(executable []byte) ([]byte, error) {
	file, err := macho.NewFile(bytes.NewReader(executable))
	if err != nil {
		return nil, err
	}
	section := file.Section(buildInfo)
	if section == nil {
		return nil, fmt.Errorf("it has no section %s: Go did not build it", buildInfo)
	}
	info, err := section.Data()
	if err != nil {
		return nil, err
	}
	first, err := carrier(info)
	if err != nil {
		return nil, err
	}
	table := bigEndian(macho.MagicFat, uint32(2),
		macho.FatArchHeader{Cpu: macho.CpuPpc, Offset: firstAt, Size: firstSize, Align: 13},
		macho.FatArchHeader{Cpu: file.Cpu, SubCpu: file.SubCpu, Offset: secondAt, Size: uint32(len(executable)), Align: 14})
	whole := make([]byte, secondAt, secondAt+len(executable))
	copy(whole, table)
	copy(whole[firstAt:], first)
	return append(whole, executable...), nil
}

// buildInfo is the section that says what an executable was built from.
const buildInfo = "__go_buildinfo"

// carrier is a Mach-O file without code. It carries the build information, because `go version -m`
// and scanners for vulnerabilities read that of the first executable in a universal file.
func carrier(info []byte) ([]byte, error) {
	const (
		headerSize, commandsSize = 28, 56 + 68
		infoAt                   = (headerSize + commandsSize + 15) / 16 * 16
		address                  = 0x1000
	)
	if len(info) > firstSize-infoAt {
		return nil, errors.New("its build information is too long for a universal file")
	}
	size := uint32(len(info))
	segment := macho.Segment32{
		Cmd: macho.LoadCmdSegment, Len: commandsSize, Addr: address, Memsz: size, Offset: infoAt, Filesz: size, Nsect: 1,
	}
	section := macho.Section32{Addr: address, Size: size, Offset: infoAt, Align: 4}
	copy(segment.Name[:], "__DATA")
	copy(section.Seg[:], "__DATA")
	copy(section.Name[:], buildInfo)
	header := macho.FileHeader{Magic: macho.Magic32, Cpu: macho.CpuPpc, Type: macho.TypeExec, Ncmd: 1, Cmdsz: commandsSize}
	file := make([]byte, infoAt, infoAt+len(info))
	copy(file, bigEndian(header, segment, section))
	return append(file, info...), nil
}

// bigEndian writes values of a fixed size one behind the other.
func bigEndian(values ...any) []byte {
	var out bytes.Buffer
	for _, value := range values {
		if err := binary.Write(&out, binary.BigEndian, value); err != nil {
			panic(err) // a value has no fixed size
		}
	}
	return out.Bytes()
}
