// SPDX-License-Identifier: GPL-3.0-or-later

package settings

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/files"
	"github.com/acsmon/acsmon-ansible/internal/folders"
)

// store is the folder ~/.config/acsmon:
//
//	token          a token, and nothing else, as all official clients keep it
//	token.origin   which server it is for; written by Login
//	sessions/…     a token for each server and e-mail address that logged in
type store struct{ dir string } // dir "" where there is no home: nothing is kept

var errNoHome = errors.New("there is no home folder to keep the token in: set HOME")

func openStore() *store {
	dir, err := folders.Config()
	if err != nil {
		return &store{}
	}
	return &store{dir}
}

// origin is what Login records beside a token. It is valid only as long as the token file holds
// that token: another client may have replaced it.
type origin struct {
	BaseURL string `json:"base_url"`
	Token   string `json:"token_sha256"`
}

func (s *store) tokenPath() string { return filepath.Join(s.dir, "token") }

// token returns the kept token and the base URL to which it belongs; "" if that is not recorded.
func (s *store) token() (acsmon.Secret, string, error) {
	if s.dir == "" {
		return "", "", nil
	}
	token, err := loadPrivate(s.tokenPath())
	if err != nil || token == "" {
		return "", "", err
	}
	return acsmon.Secret(token), s.recorded(token), nil
}

func (s *store) recorded(token string) string {
	var o origin
	content, err := files.Load(s.tokenPath() + ".origin")
	if err != nil || json.Unmarshal(content, &o) != nil || o.Token != hash(token) {
		return ""
	}
	return o.BaseURL
}

// keep stores a token with its server. The record comes first: until the token follows, it belongs
// to no token.
func (s *store) keep(token acsmon.Secret, baseURL string) error {
	if s.dir == "" {
		return errNoHome
	}
	record, err := json.Marshal(origin{BaseURL: baseURL, Token: hash(token.Reveal())})
	if err != nil {
		return err
	}
	if err := writePrivate(s.tokenPath()+".origin", string(record)); err != nil {
		return err
	}
	return writePrivate(s.tokenPath(), token.Reveal()+"\n")
}

// forget removes the kept token.
func (s *store) forget() error {
	return errors.Join(remove(s.tokenPath()), remove(s.tokenPath()+".origin"))
}

// session is the token of a login that a task made for itself.
type session struct {
	BaseURL string `json:"base_url"`
	Email   string `json:"email"`
	Token   string `json:"token"`
}

func (s *store) sessionsDir() string { return filepath.Join(s.dir, "sessions") }

// keeper returns the keeper for the tokens of a connection's logins. If there is no home, it keeps
// them only as long as the process lives.
func (s *store) keeper(c *Connection) acsmon.TokenKeeper {
	if s.dir == "" {
		c.warnUnkept(errNoHome)
		return acsmon.KeepInMemory()
	}
	path := filepath.Join(s.sessionsDir(), folders.FileName(c.origin, c.credentials.email))
	return &sessionFile{path: path, connection: c, session: session{BaseURL: c.baseURL, Email: c.credentials.email}}
}

// sessions returns the files of all kept logins, and removes files that are something else.
func (s *store) sessions() ([]sessionFile, error) {
	paths, err := filepath.Glob(filepath.Join(s.sessionsDir(), "*"))
	if err != nil {
		return nil, err
	}
	var files []sessionFile
	for _, path := range paths {
		f := sessionFile{path: path}
		if err = f.load(); err == nil && f.session.Token == "" {
			err = remove(path)
		}
		if err != nil {
			return nil, err
		}
		if f.session.Token != "" {
			files = append(files, f)
		}
	}
	return files, nil
}

// sessionFile is an acsmon.TokenKeeper whose token outlives the process, so that a play logs in
// once instead of once for each task.
type sessionFile struct {
	path       string
	connection *Connection
	session    session
}

// load takes over what the file holds. If the file is missing or holds no session, nothing changes.
func (f *sessionFile) load() error {
	content, err := loadPrivate(f.path)
	if err != nil {
		return err
	}
	var kept session
	if json.Unmarshal([]byte(content), &kept) == nil && kept.Token != "" {
		f.session = kept
	}
	return nil
}

// Token returns the kept token, or logs in under a lock. Whoever waited for the lock then finds the
// token of that login.
func (f *sessionFile) Token(ctx context.Context, refused acsmon.Secret, login func(context.Context) (acsmon.Secret, error)) (acsmon.Secret, error) {
	release, err := f.connection.Lock(ctx, "login "+f.path)
	if err != nil {
		return "", err
	}
	defer release()
	if err := f.load(); errors.As(err, new(*fs.PathError)) {
		f.connection.warn("%v: a new token is made by logging in", err)
	} else if err != nil {
		return "", err
	}
	token := acsmon.Secret(f.session.Token)
	if token == "" || token == refused {
		if token, err = login(ctx); err != nil {
			return "", err
		}
		f.keep(token)
	}
	return token, nil
}

// keep stores a token for the next process.
func (f *sessionFile) keep(token acsmon.Secret) {
	f.session.Token = token.Reveal()
	content, err := json.Marshal(f.session)
	if err == nil {
		err = writePrivate(f.path, string(content)+"\n")
	}
	if err != nil {
		f.connection.warnUnkept(err)
	}
}

// warnUnkept warns that the next process will have to log in again, which a server allows six times
// a minute.
func (c *Connection) warnUnkept(reason error) {
	c.warn("%v: until then each task logs in by itself, which the server allows 6 times a minute", reason)
}

// loadPrivate returns the text of a file that nobody else may read; "" if there is none.
func loadPrivate(path string) (string, error) {
	content, err := files.LoadPrivate(path)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return "", nil
	}
	var unreadable *fs.PathError
	if errors.As(err, &unreadable) {
		return "", fmt.Errorf("the token file cannot be read: %w", err)
	}
	return strings.TrimSpace(string(content)), err
}

// writePrivate replaces a file in one step. At no time can anybody else read it.
func writePrivate(path, content string) error {
	if err := files.ReplacePrivate(path, []byte(content)); err != nil {
		return fmt.Errorf("the token cannot be kept: %w: look at the owner of the folder and at the room on its disk", err)
	}
	return nil
}

func remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("the token file cannot be removed: %w", err)
	}
	return nil
}

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
