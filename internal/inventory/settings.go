// SPDX-License-Identifier: GPL-3.0-or-later

package inventory

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/acsmon/acsmon-ansible/internal/ansible"
	"github.com/acsmon/acsmon-ansible/internal/folders"
	"github.com/acsmon/acsmon-ansible/internal/rows"
	"github.com/acsmon/acsmon-ansible/internal/settings"
	"github.com/acsmon/acsmon-ansible/internal/specs"
	"github.com/acsmon/acsmon-ansible/internal/yaml11"
)

// pluginName is what the settings file says in `plugin`.
const pluginName = "acsmon.monitor.acsmon"

// settingsFiles are the names of the settings file beside the executable.
var settingsFiles = []string{"acsmon.yml", "acsmon.yaml"}

// pluginOnly are the settings that Jinja evaluates. Only the inventory plugin, which runs inside
// Ansible, has them.
var pluginOnly = []string{"compose", "exclude_host_filters", "groups", "keyed_groups", "leading_separator", "strict", "use_extra_vars"}

// ansibleCache are the settings that say where Ansible's own cache is. The inventory script has its
// own.
var ansibleCache = []string{"cache_connection", "cache_plugin", "cache_prefix"}

// templated are the settings that Ansible evaluates: their templates are passed on.
var templated = []string{"vars", "group_vars"}

// Settings are the validated settings of one inventory.
type Settings struct {
	options
	given     map[string]any // without defaults
	trusted   [][]string     // Trust, split
	names     []expression   // Hostnames
	addresses []expression   // ConnectWith
	include   []pattern
	exclude   []pattern
	warnings  []string
}

// options are the settings other than the connection. The documentation of the inventory plugin
// says what each means.
type options struct {
	Sources         []string                  `ansible:"sources"`
	IncludeInactive bool                      `ansible:"include_inactive"`
	Filters         map[string]any            `ansible:"filters"`
	MonitorFilters  map[string]any            `ansible:"monitor_filters"`
	Search          string                    `ansible:"search"`
	Include         []string                  `ansible:"include"`
	Exclude         []string                  `ansible:"exclude"`
	WithMonitors    bool                      `ansible:"with_monitors"`
	WithAlerts      bool                      `ansible:"with_alerts"`
	Hostnames       []string                  `ansible:"hostnames"`
	Lowercase       bool                      `ansible:"lowercase"`
	Domain          string                    `ansible:"domain"`
	Duplicates      string                    `ansible:"duplicates"`
	ServerName      string                    `ansible:"server_name"`
	ConnectWith     []string                  `ansible:"connect_with"`
	GroupBy         []grouping                `ansible:"group_by"`
	FieldVariables  map[string]any            `ansible:"field_variables"`
	Variable        string                    `ansible:"variable"`
	VariablePrefix  string                    `ansible:"variable_prefix"`
	Fields          []string                  `ansible:"fields"`
	Trust           []string                  `ansible:"trust"`
	Vars            map[string]any            `ansible:"vars"`
	GroupVars       map[string]map[string]any `ansible:"group_vars"`
	AllowEmpty      bool                      `ansible:"allow_empty"`
	Cache           bool                      `ansible:"cache"`
	CacheTimeout    *int64                    `ansible:"cache_timeout"` // nil: 0, or an hour with cache
	CacheStale      int64                     `ansible:"cache_stale"`
	SecretKeys      []string                  `ansible:"secret_keys"`
}

// grouping is one entry of group_by.
type grouping struct {
	Fields    []string `ansible:"field"`  // the groups of each are inside those of the one before
	Prefix    *string  `ansible:"prefix"` // nil: the names of the fields
	Separator string   `ansible:"separator"`
	Parent    string   `ansible:"parent"`
	Default   string   `ansible:"default"` // the value of hosts that have none; "": none
}

// longForm gives entries of group_by that are plain fields, or lists of them, the form that the
// documentation describes.
func longForm(given map[string]any) map[string]any {
	entries, ok := given["group_by"].([]any)
	if !ok {
		return given
	}
	entries = slices.Clone(entries)
	for i, entry := range entries {
		switch entry.(type) {
		case string, []any:
			entries[i] = map[string]any{"field": entry}
		}
	}
	given = maps.Clone(given)
	given["group_by"] = entries
	return given
}

// loadSettings finds the settings and validates them: the file that $ACSMON_INVENTORY names ("-" is
// standard input), else acsmon.yml beside the executable as it was called, else only defaults.
func loadSettings(lookup settings.Lookup, executable string, stdin io.Reader) (*Settings, error) {
	text, name, err := settingsText(lookup, executable, stdin)
	if err != nil {
		return nil, err
	}
	given, err := parseSettings(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	s, err := validate(given, name)
	if err != nil {
		return nil, err
	}
	if s.Cache {
		s.warnings = append(s.warnings, fmt.Sprintf("cache is Ansible's own cache, which only the inventory plugin has: "+
			"the executable keeps the server's answers itself instead, for %d seconds (cache_timeout)", s.timeout()))
	}
	return s, s.resolvePaths(name)
}

// resolvePaths makes paths in a settings file relative to the folder of the file.
func (s *Settings) resolvePaths(file string) error {
	path, ok := s.given["ca_path"].(string)
	if !ok || filepath.IsAbs(path) || !filepath.IsAbs(file) && !strings.ContainsRune(file, filepath.Separator) {
		return nil
	}
	folder, err := filepath.Abs(filepath.Dir(file))
	s.given["ca_path"] = filepath.Join(folder, path)
	return err
}

// timeout is for how many seconds the executable keeps rows.
func (s *Settings) timeout() int64 {
	switch {
	case s.CacheTimeout != nil:
		return *s.CacheTimeout
	case s.Cache:
		return defaultTimeout
	}
	return 0
}

// defaultTimeout is Ansible's own default for cache_timeout.
const defaultTimeout = 3600

func settingsText(lookup settings.Lookup, executable string, stdin io.Reader) (text []byte, name string, err error) {
	if name, ok := lookup("ACSMON_INVENTORY"); ok && name != "" {
		if name == "-" {
			text, err = io.ReadAll(stdin)
			return text, "the inventory", err
		}
		name = folders.ExpandHome(name)
		if text, err = os.ReadFile(name); err != nil {
			return nil, "", fmt.Errorf("ACSMON_INVENTORY: %w", err)
		}
		return text, name, nil
	}
	folder, err := folderOf(executable)
	if err != nil {
		return nil, "", err
	}
	for _, file := range settingsFiles {
		name := filepath.Join(folder, file)
		text, err := os.ReadFile(name)
		if !errors.Is(err, fs.ErrNotExist) {
			return text, name, err
		}
	}
	return nil, "the inventory", nil
}

// folderOf returns the folder of the executable as it was called: a symlink to it may have settings
// of its own beside it. If the path has no slash, the shell has found it.
func folderOf(executable string) (string, error) {
	if !strings.ContainsRune(executable, filepath.Separator) {
		found, err := exec.LookPath(executable)
		if err != nil {
			return "", err
		}
		executable = found
	}
	return filepath.Dir(executable), nil
}

// parseSettings parses the YAML and returns an error for what only Ansible can evaluate. No error
// quotes a value, because it may be a token.
func parseSettings(text []byte) (map[string]any, error) {
	if bytes.HasPrefix(bytes.TrimSpace(text), []byte("$ANSIBLE_VAULT;")) {
		return nil, fmt.Errorf("the file is encrypted by ansible-vault, and only Ansible can decrypt it: %s", useThePlugin)
	}
	value, err := yaml11.Parse(text)
	if err != nil && strings.Contains(err.Error(), "ansible-vault") {
		return nil, fmt.Errorf("%w, or %s", err, useThePlugin)
	}
	if err != nil || value == nil {
		return nil, err
	}
	given, ok := value.(map[string]any)
	if !ok {
		return nil, errors.New("the file must hold settings, one `name: value` a line")
	}
	if plugin, ok := given["plugin"]; ok && plugin != pluginName {
		return nil, fmt.Errorf("plugin must be %s", pluginName)
	}
	for _, name := range pluginOnly {
		if _, ok := given[name]; ok {
			return nil, fmt.Errorf("%s needs Jinja, which only Ansible has: %s", name, useThePlugin)
		}
	}
	plain := maps.Clone(given)
	for _, name := range templated {
		delete(plain, name)
	}
	if name := findTemplate("", plain); name != "" {
		return nil, fmt.Errorf("%s is a template, which only Ansible can evaluate: %s", name, useThePlugin)
	}
	return given, nil
}

// useThePlugin is the advice for settings that only Ansible can evaluate.
const useThePlugin = "give Ansible this file as its inventory (-i acsmon.yml, with `plugin: " + pluginName + "` in it) instead of the executable"

// findTemplate returns the path of a string that is a Jinja template, or "".
func findTemplate(path string, value any) string {
	switch value := value.(type) {
	case string:
		if isTemplate(value) {
			return path
		}
	case []any:
		for i, element := range value {
			if found := findTemplate(fmt.Sprintf("%s[%d]", path, i), element); found != "" {
				return found
			}
		}
	case map[string]any:
		for _, key := range sortedKeys(value) {
			if found := findTemplate(strings.TrimPrefix(path+"."+key, "."), value[key]); found != "" {
				return found
			}
		}
	}
	return ""
}

// validate checks the settings against the documentation of the inventory plugin.
func validate(given map[string]any, subject string) (*Settings, error) {
	spec, err := specs.Load("acsmon")
	if err != nil {
		return nil, err
	}
	given = longForm(given)
	if given["plugin"] == nil { // the script needs no mark
		if given = maps.Clone(given); given == nil {
			given = map[string]any{}
		}
		given["plugin"] = pluginName
	}
	arguments, err := spec.Validate(given, rules, subject)
	if err != nil {
		return nil, err
	}
	s := &Settings{given: arguments.GivenValues()}
	groupVars, _ := arguments.Arg("group_vars").(map[string]any)
	for group, vars := range groupVars {
		if _, ok := vars.(map[string]any); !ok {
			return nil, fmt.Errorf("%s: group_vars of %q are not variables, one `name: value` a line", subject, group)
		}
	}
	if err := arguments.Decode(&s.options); err != nil {
		return nil, fmt.Errorf("%s: %w", subject, err)
	}
	if err := errors.Join(s.parse(), s.check()); err != nil {
		return nil, fmt.Errorf("%s: %s", subject, strings.ReplaceAll(err.Error(), "\n", "; "))
	}
	return s, nil
}

// parse turns texts into what they mean.
func (s *Settings) parse() error {
	var faults [4]error
	s.names, faults[0] = parseExpressions("hostnames", s.Hostnames)
	s.addresses, faults[1] = parseExpressions("connect_with", s.ConnectWith)
	s.include, faults[2] = parsePatterns("include", s.Include)
	s.exclude, faults[3] = parsePatterns("exclude", s.Exclude)
	for _, path := range s.Trust {
		s.trusted = append(s.trusted, strings.Split(path, "."))
	}
	return errors.Join(faults[:]...)
}

// withServer puts the name of the server before that of a host, if hostnames does not say where it
// belongs.
func (s *Settings) withServer(name string) string {
	if s.ServerName == "" || name == "" || slices.ContainsFunc(s.Hostnames, func(entry string) bool { return strings.Contains(entry, serverField) }) {
		return name
	}
	return s.ServerName + "_" + name
}

// serverField is the field of each host that holds server_name, if it is set.
const serverField = "server_name"

// groupings are those of group_by, and the server's group.
func (s *Settings) groupings() []grouping {
	if s.ServerName == "" {
		return s.GroupBy
	}
	prefix := "server"
	return append(slices.Clone(s.GroupBy), grouping{Fields: []string{serverField}, Prefix: &prefix, Separator: "_"})
}

var (
	serverName   = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]*$`)
	variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
	domainName   = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$`)
)

// check finds faults that the types in the documentation cannot find.
func (s *Settings) check() error {
	for name, value := range map[string]string{"variable": s.Variable, "variable_prefix": s.VariablePrefix} {
		if value != "" && !isVariable(value) {
			return fmt.Errorf("%s is %q: it must be the beginning of a variable's name that is not Ansible's own (letters, digits, _)", name, value)
		}
	}
	if s.Variable == "" && s.VariablePrefix == "" {
		return errors.New("variable is empty: name the variable that is to hold the fields of a host, or leave it out")
	}
	if isReservedVariable(s.Variable) {
		return fmt.Errorf("variable is %q, which means something else to Ansible: name another variable", s.Variable)
	}
	for group := range s.GroupVars {
		if groupName(group) != group && group != ungrouped {
			return fmt.Errorf("group_vars names %q, which is not a group of this inventory: the variables of all hosts belong in vars, and names consist of letters, digits and _", group)
		}
	}
	if s.Domain = strings.Trim(s.Domain, "."); s.Domain != "" && !domainName.MatchString(s.Domain) {
		return fmt.Errorf("domain is %q, which is not a domain name", s.Domain)
	}
	if s.ServerName != "" && !serverName.MatchString(s.ServerName) {
		return fmt.Errorf("server_name is %q: it must consist of letters, digits, _, - and ., and begin with a letter or a digit", s.ServerName)
	}
	if s.timeout() < 0 || s.CacheStale < 0 {
		return errors.New("cache_timeout and cache_stale must be numbers of seconds, 0 or more")
	}
	return errors.Join(s.checkInactive(), s.checkPaths(), s.checkLists())
}

// checkLists returns an error for conditions on lists that are not fetched.
func (s *Settings) checkLists() error {
	devices, monitors := slices.Contains(s.Sources, "devices"), s.WithMonitors || slices.Contains(s.Sources, "monitors")
	switch {
	case len(s.MonitorFilters) > 0 && !monitors:
		return errors.New("monitor_filters has no effect without monitors: set with_monitors: true, or sources: [devices, monitors]")
	case (len(s.Filters) > 0 || s.Search != "") && !devices:
		return errors.New("filters and search are about devices, and sources has none: use monitor_filters, or sources: [devices, monitors]")
	}
	return nil
}

// checkInactive returns an error for a filter that would find nothing because inactive rows are
// left out.
func (s *Settings) checkInactive() error {
	for name, filters := range map[string]map[string]any{"filters": s.Filters, "monitor_filters": s.MonitorFilters} {
		if !s.IncludeInactive && asksForInactive(filters) {
			return fmt.Errorf("%s asks for is_active: false, but inactive ones are left out: set include_inactive: true", name)
		}
	}
	return nil
}

// recipeVariables are the variables of the official client's recipe.
var recipeVariables = []string{"device_group", "device_type"}

// checkPaths returns an error for what is not the name of a field, or a path to one.
func (s *Settings) checkPaths() error {
	paths := map[string][]string{"fields": s.Fields, "trust": s.Trust}
	for _, of := range s.GroupBy {
		paths["group_by"] = append(paths["group_by"], of.Fields...)
	}
	for _, variable := range sortedKeys(s.FieldVariables) {
		if !isVariable(variable) {
			return fmt.Errorf("field_variables holds %q: it must be a variable's name that is not Ansible's own (letters, digits, _)", variable)
		}
		if variable == s.Variable || isReservedVariable(variable) && !slices.Contains(recipeVariables, variable) {
			return fmt.Errorf("field_variables holds %q, which means something else to Ansible or to this inventory: name another variable", variable)
		}
		paths["field_variables"] = append(paths["field_variables"], rows.Text(s.FieldVariables[variable]))
	}
	for _, setting := range slices.Sorted(maps.Keys(paths)) {
		for _, path := range paths[setting] {
			if !fieldPath.MatchString(path) {
				return fmt.Errorf("%s holds %q: it must be a field, such as device_type, or a path to one, such as device_group.name", setting, path)
			}
		}
	}
	for _, field := range s.Fields {
		if whole, _, isPath := strings.Cut(field, "."); isPath {
			return fmt.Errorf("fields holds %q: it takes whole fields, here %s", field, whole)
		}
	}
	return nil
}

func isVariable(name string) bool {
	return variableName.MatchString(name) && !isConnectionVariable(name)
}

// isConnectionVariable reports whether Ansible uses a variable to find out how to reach a host and
// what to run there. No data may set such a variable.
func isConnectionVariable(name string) bool {
	return strings.HasPrefix(strings.ToLower(name), "ansible_")
}

// rules is what the documentation cannot express.
var rules = ansible.Rules{
	NoLog:             []string{"token", "password", "headers"},
	MutuallyExclusive: [][]string{{"token", "email"}, {"token", "password"}},
	RequiredTogether:  [][]string{{"email", "password"}},
}
