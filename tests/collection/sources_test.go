// SPDX-License-Identifier: GPL-3.0-or-later

package collection_test

import (
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
	for _, folder := range []string{"acsmon", "cmd", "docs", "internal", "scripts"} {
		err := filepath.WalkDir(filepath.Join("../..", folder), func(path string, _ fs.DirEntry, err error) error {
			if err != nil || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
				return err
			}
			positions := token.NewFileSet()
			file, err := parser.ParseFile(positions, path, nil, 0)
			if err != nil {
				return err
			}
			for _, declaration := range file.Decls {
				function, ok := declaration.(*ast.FuncDecl)
				if !ok {
					continue
				}
				functions++
				if lines := positions.Position(function.End()).Line - positions.Position(function.Pos()).Line + 1; lines > longestFunction {
					t.Errorf("%s: %s has %d lines, and %d are allowed: give a part of it a function of its own", path, function.Name.Name, lines, longestFunction)
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
