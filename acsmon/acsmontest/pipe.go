// SPDX-License-Identifier: MIT

package acsmontest

import (
	"context"
	"net"
	"sync"
)

// A pipeListener accepts connections that exist only in memory. The zero value is ready for use; it
// serves from the first dial on.
type pipeListener struct {
	once   sync.Once
	conns  chan net.Conn
	closed chan struct{}
	close  sync.Once
}

func (l *pipeListener) dial(ctx context.Context, serve func(net.Listener)) (net.Conn, error) {
	l.once.Do(func() {
		l.conns, l.closed = make(chan net.Conn), make(chan struct{})
		go serve(l)
	})
	client, server := net.Pipe()
	select {
	case l.conns <- server:
		return client, nil
	case <-l.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error {
	l.close.Do(func() { close(l.closed) })
	return nil
}

func (l *pipeListener) Addr() net.Addr { return &net.UnixAddr{Name: "acsmontest", Net: "pipe"} }
