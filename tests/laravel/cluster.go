// SPDX-License-Identifier: GPL-3.0-or-later

package laravel

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// A cluster is a PostgreSQL server of its own, with one database to copy for each test.
type cluster struct {
	dir    string
	server *process

	mu   sync.Mutex
	made int
}

// template is the database that has the tables, the roles and an administrator.
const template = "acs"

// shared is the cluster of all tests of a test program.
var shared struct {
	mu       sync.Mutex
	cluster  *cluster
	err      error
	inMain   bool
	programs programs
}

// Main runs the tests, and stops what all of them shared. A TestMain calls it.
func Main(m *testing.M) int {
	shared.inMain = true
	defer stopShared()
	return m.Run()
}

func stopShared() {
	if c := shared.cluster; c != nil {
		c.stop()
	}
}

// sharedCluster is started by the first test that needs it.
func sharedCluster() (*cluster, programs, error) {
	shared.mu.Lock()
	defer shared.mu.Unlock()
	if !shared.inMain {
		return nil, programs{}, errors.New("TestMain does not call laravel.Main, which stops what Start begins")
	}
	if shared.cluster != nil || shared.err != nil {
		return shared.cluster, shared.programs, shared.err
	}
	shared.programs, shared.err = findPrograms()
	if shared.err == nil {
		shared.err = lookAtApplication()
	}
	if shared.err == nil {
		shared.cluster, shared.err = startCluster(shared.programs)
	}
	return shared.cluster, shared.programs, shared.err
}

// lookAtApplication lets go test see on which files a result depends: it would show an old one
// after a change of the application, which only PHP reads.
func lookAtApplication() error {
	return filepath.WalkDir(application(), func(path string, _ fs.DirEntry, err error) error {
		if err == nil {
			_, err = os.Stat(path)
		}
		return err
	})
}

// programs are what the system has to provide.
type programs struct{ php, psql, initdb, postgres string }

// A missingError says what the system lacks.
type missingError struct{ what string }

func (e *missingError) Error() string {
	return "there is no " + e.what + " (Debian: apt-get install php-laravel-framework php-cli php-pgsql postgresql)"
}

// findPrograms looks for PHP with the framework, and for PostgreSQL's server in the folders of the
// packages before it looks in PATH: the wrapper that some systems have there is not the server.
func findPrograms() (programs, error) {
	var p programs
	php, err := exec.LookPath("php")
	if err != nil {
		return p, &missingError{"PHP"}
	}
	p.php = php
	check := exec.Command(php, "-r", `require_once "Illuminate/autoload.php"; exit(extension_loaded("pdo_pgsql") && PHP_VERSION_ID >= 80100 ? 0 : 1);`)
	if check.Run() != nil {
		return p, &missingError{"Laravel for PHP 8.1 or newer with the extension pdo_pgsql"}
	}
	folders, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	slices.SortFunc(folders, func(a, b string) int {
		return cmp.Compare(version(b), version(a))
	})
	for _, name := range []struct {
		command string
		path    *string
	}{{"initdb", &p.initdb}, {"postgres", &p.postgres}, {"psql", &p.psql}} {
		if *name.path = findIn(folders, name.command); *name.path == "" {
			return p, &missingError{"PostgreSQL's " + name.command}
		}
	}
	return p, nil
}

// version is the number in /usr/lib/postgresql/15/bin.
func version(folder string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(folder)))
	return n
}

func findIn(folders []string, command string) string {
	for _, folder := range folders {
		if path, err := exec.LookPath(filepath.Join(folder, command)); err == nil {
			return path
		}
	}
	path, _ := exec.LookPath(command)
	return path
}

func startCluster(p programs) (*cluster, error) {
	dir, err := os.MkdirTemp("", "acsmon-postgres-")
	if err != nil {
		return nil, err
	}
	c := &cluster{dir: dir}
	if err := c.start(p); err != nil {
		c.stop()
		return nil, err
	}
	return c, nil
}

func (c *cluster) start(p programs) error {
	account, err := unprivileged(c.dir)
	if err != nil {
		return err
	}
	data := filepath.Join(c.dir, "data")
	initdb := exec.Command(p.initdb, "-D", data, "-U", "acs", "-A", "trust", "--locale=C.UTF-8", "-E", "UTF8", "--no-sync")
	initdb.Dir, initdb.SysProcAttr = c.dir, account
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	postgres := exec.Command(p.postgres, "-D", data, "-k", c.dir, "-c", "listen_addresses=", "-c", "fsync=off", "-c", "full_page_writes=off",
		"-c", "synchronous_commit=off", "-c", "max_connections=200")
	postgres.Dir, postgres.SysProcAttr = c.dir, account
	if c.server, err = background(postgres, "QUIT", "ready to accept connections"); err != nil {
		return err
	}
	if _, err := c.query(p, "postgres", "create database "+template); err != nil {
		return err
	}
	storage, err := makeStorage(filepath.Join(c.dir, "storage"))
	if err != nil {
		return err
	}
	if out, err := artisan(p, c.dir, template, storage, "migrate", "--force").CombinedOutput(); err != nil {
		return fmt.Errorf("artisan migrate: %w\n%s", err, out)
	}
	return nil
}

// unprivileged makes the folder belong to an account that PostgreSQL, which refuses root, runs as;
// nil is the account that the tests run as.
func unprivileged(dir string) (*syscall.SysProcAttr, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	nobody, err := user.Lookup("nobody")
	if err != nil {
		return nil, err
	}
	uid, _ := strconv.Atoi(nobody.Uid)
	gid, _ := strconv.Atoi(nobody.Gid)
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, os.Chown(dir, uid, gid)
}

// copyTemplate makes a database for one test.
func (c *cluster) copyTemplate(p programs) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.made++
	name := fmt.Sprintf("acs_%d", c.made)
	_, err := c.query(p, "postgres", "create database "+name+" template "+template)
	return name, err
}

// query runs SQL, and gives the columns of the rows between bars.
func (c *cluster) query(p programs, database, sql string) (string, error) {
	psql := exec.Command(p.psql, "-XqAt", "-v", "ON_ERROR_STOP=1", "-h", c.dir, "-U", "acs", "-d", database)
	psql.Stdin = strings.NewReader(sql)
	var stderr bytes.Buffer
	psql.Stderr = &stderr
	out, err := psql.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w: %s", sql, err, stderr.Bytes())
	}
	return strings.TrimRight(string(out), "\n"), nil
}

func (c *cluster) stop() {
	if c.server != nil {
		c.server.stop()
	}
	os.RemoveAll(c.dir)
}
