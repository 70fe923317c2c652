// SPDX-License-Identifier: GPL-3.0-or-later

package command

import (
	"context"
	"io"
	"os"

	"golang.org/x/term"
)

// input is a standard input whose reads end with a context. A read that is in progress at that time
// stays behind, which does no harm in a process that ends.
type input struct {
	ctx    context.Context
	from   io.Reader
	buffer [32 << 10]byte
}

// Read reads, or returns why the context has ended.
func (i *input) Read(b []byte) (int, error) {
	var n int
	err := until(i.ctx, func() error {
		got, err := i.from.Read(i.buffer[:min(len(b), len(i.buffer))])
		n = got
		return err
	})
	if i.ctx.Err() != nil {
		return 0, i.ctx.Err() // the read behind may still change n
	}
	return copy(b, i.buffer[:n]), err
}

// until waits for f to return, or for the end of the context.
func until(ctx context.Context, f func() error) error {
	done := make(chan error, 1)
	go func() { done <- f() }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Terminal reports whether standard input is a terminal.
func (c Call) Terminal() bool { return isTerminal(c.terminal) }

// Watched reports whether standard error is a terminal.
func (c Call) Watched() bool { return isTerminal(c.Stderr) }

// ReadPassword reads a line from the terminal, which does not show it. If the context ends first,
// the terminal shows again what is typed.
func (c Call) ReadPassword(ctx context.Context) (string, error) {
	fd := int(c.terminal.Fd())
	before, err := term.GetState(fd)
	if err != nil {
		return "", err
	}
	var line []byte
	err = until(ctx, func() (err error) {
		line, err = term.ReadPassword(fd)
		return err
	})
	if ctx.Err() != nil {
		_ = term.Restore(fd, before)
		return "", ctx.Err()
	}
	return string(line), err
}

func isTerminal(stream any) bool {
	file, ok := stream.(*os.File)
	return ok && file != nil && term.IsTerminal(int(file.Fd()))
}
