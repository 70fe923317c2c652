// SPDX-License-Identifier: GPL-3.0-or-later

package collection_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

// longestFunction is how many lines a function may have. A longer one has more than one job.
const longestFunction = 50

func TestFunctionsAreShort(t *testing.T) {
	functions := 0
	for _, folder := range []string{"acsmon", "bench", "cmd", "docs", "internal", "scripts", "tests"} {
		err := filepath.WalkDir(filepath.Join("../..", folder), func(path string, _ fs.DirEntry, err error) error {
			if err != nil || filepath.Ext(path) != ".go" {
				return err
			}
			found, err := functionLines(path)
			if err != nil {
				return err
			}
			for name, lines := range found {
				functions++
				if lines > longestFunction {
					t.Errorf("%s: %s has %d lines, and %d are allowed: give a part of it a function of its own, and a table a variable", path, name, lines, longestFunction)
				}
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
	if functions == 0 {
		t.Error("no function was found")
	}
}

// functionLines returns how many lines each function of a source has.
func functionLines(path string) (map[string]int, error) {
	positions := token.NewFileSet()
	file, err := parser.ParseFile(positions, path, nil, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	lines := map[string]int{}
	for _, declaration := range file.Decls {
		if function, ok := declaration.(*ast.FuncDecl); ok {
			first, last := positions.Position(function.Pos()).Line, positions.Position(function.End()).Line
			lines[fmt.Sprintf("%s (line %d)", function.Name.Name, first)] = last - first + 1
		}
	}
	return lines, nil
}

// TestContributingNamesEveryPackage compares the table of folders in CONTRIBUTING.md with the
// packages that there are.
func TestContributingNamesEveryPackage(t *testing.T) {
	contributing := read(t, "../../CONTRIBUTING.md")
	folders, err := filepath.Glob("../../internal/*")
	if err != nil || len(folders) == 0 {
		t.Fatalf("the packages are %v (%v)", folders, err)
	}
	for _, folder := range folders {
		if name := "`internal/" + filepath.Base(folder) + "/`"; !strings.Contains(contributing, name) {
			t.Errorf("the table of folders in CONTRIBUTING.md lacks %s", name)
		}
	}
}
