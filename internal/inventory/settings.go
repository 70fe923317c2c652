// SPDX-License-Identifier: GPL-3.0-or-later

package inventory

import (
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
	"github.com/acsmon/acsmon-ansible/internal/settings"
	"github.com/acsmon/acsmon-ansible/internal/specs"
)

// pluginName is what the settings file says in `plugin`.
const pluginName = "acsmon.monitor.acsmon"

// settingsFiles are the names of the settings file beside the executable.
var settingsFiles = []string{"acsmon.yml", "acsmon.yaml"}

// pluginOnly are the settings that Jinja evaluates: only the inventory plugin,
// which runs inside Ansible, has them.
var pluginOnly = []string{"compose", "groups", "keyed_groups", "leading_separator", "strict", "use_extra_vars"}

// templated are the settings that are Ansible's to evaluate: their templates are
// passed on.
var templated = []string{"vars", "group_vars"}

// Settings are the validated settings of one inventory.
type Settings struct {
	options
	given   map[string]any // without defaults, for settings.Resolve
	trusted [][]string     // Trust, split
}

// options are the settings beyond the connection. What each means says the
// documentation of the inventory plugin.
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
	Variable        string                    `ansible:"variable"`
	VariablePrefix  string                    `ansible:"variable_prefix"`
	Fields          []string                  `ansible:"fields"`
	Trust           []string                  `ansible:"trust"`
	Vars            map[string]any            `ansible:"vars"`
	GroupVars       map[string]map[string]any `ansible:"group_vars"`
	AllowEmpty      bool                      `ansible:"allow_empty"`
	CacheTimeout    int64                     `ansible:"cache_timeout"`
	CacheStale      int64                     `ansible:"cache_stale"`
}

// grouping is one entry of group_by.
type grouping struct {
	Field     string  `ansible:"field"`
	Prefix    *string `ansible:"prefix"` // nil: the field's name
	Separator string  `ansible:"separator"`
	Parent    string  `ansible:"parent"`
}

// loadSettings finds the settings and validates them: the file that
// $ACSMON_INVENTORY names ("-" is standard input), else acsmon.yml beside the
// executable as it was called, else nothing but defaults.
func loadSettings(lookup settings.Lookup, executable string, stdin io.Reader) (*Settings, error) {
	text, name, err := settingsText(lookup, executable, stdin)
	if err != nil {
		return nil, err
	}
	given, err := parseSettings(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return validate(given, name)
}

func settingsText(lookup settings.Lookup, executable string, stdin io.Reader) (text []byte, name string, err error) {
	if name, ok := lookup("ACSMON_INVENTORY"); ok && name != "" {
		if name == "-" {
			text, err = io.ReadAll(stdin)
			return text, "the inventory", err
		}
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

// folderOf gives the folder of the executable as it was called: a symlink to it
// may have settings of its own beside it. Without a slash the shell found it.
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

// parseSettings reads the YAML and refuses what only Ansible can read. No error
// quotes a value: it may be a token.
func parseSettings(text []byte) (map[string]any, error) {
	value, err := ansible.ReadYAML(text)
	if err != nil && strings.Contains(err.Error(), "ansible-vault") {
		return nil, fmt.Errorf("%w, or %s", err, useThePlugin)
	}
	if err != nil || value == nil {
		return nil, err
	}
	given, ok := value.(map[string]any)
	if !ok {
		return nil, errors.New("settings are needed, one `name: value` a line")
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

// useThePlugin is the advice to somebody whose settings only Ansible can read.
const useThePlugin = "give Ansible this file as its inventory (-i acsmon.yml, with `plugin: " + pluginName + "` in it) instead of the executable"

// findTemplate gives the path of a string that is a Jinja template, or "".
func findTemplate(path string, value any) string {
	switch value := value.(type) {
	case string:
		if strings.Contains(value, "{{") || strings.Contains(value, "{%") {
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

// validate holds the settings against the documentation of the inventory plugin.
func validate(given map[string]any, subject string) (*Settings, error) {
	spec, err := specs.Read("acsmon")
	if err != nil {
		return nil, err
	}
	if given["plugin"] == nil { // the script needs no mark
		given = maps.Clone(given)
		if given == nil {
			given = map[string]any{}
		}
		given["plugin"] = pluginName
	}
	arguments, err := spec.Validate(given, rules, subject)
	if err != nil {
		return nil, err
	}
	s := &Settings{given: map[string]any{}}
	groupVars, _ := arguments.Arg("group_vars").(map[string]any)
	for group, vars := range groupVars {
		if _, ok := vars.(map[string]any); !ok {
			return nil, fmt.Errorf("%s: group_vars of %q are not variables, one `name: value` a line", subject, group)
		}
	}
	if err := arguments.Decode(&s.options); err != nil {
		return nil, fmt.Errorf("%s: %w", subject, err)
	}
	if err := s.check(); err != nil {
		return nil, fmt.Errorf("%s: %w", subject, err)
	}
	for _, path := range s.Trust {
		s.trusted = append(s.trusted, strings.Split(path, "."))
	}
	for name, value := range arguments.Values {
		if arguments.Given(name) {
			s.given[name] = value
		}
	}
	return s, nil
}

// withServer puts the server's name in front of a host's, where hostnames does not
// say where it stands.
func (s *Settings) withServer(name string) string {
	said := slices.ContainsFunc(s.Hostnames, func(template string) bool { return strings.Contains(template, serverField) })
	if s.ServerName == "" || name == "" || said {
		return name
	}
	return s.ServerName + "_" + name
}

// serverField is the field of each host that holds server_name, where it is set.
const serverField = "server_name"

// groupings are those of group_by, and the server's group.
func (s *Settings) groupings() []grouping {
	if s.ServerName == "" {
		return s.GroupBy
	}
	prefix := "server"
	return append(slices.Clone(s.GroupBy), grouping{Field: serverField, Prefix: &prefix, Separator: "_"})
}

var (
	serverName   = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]*$`)
	variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
	domainName   = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$`)
)

// check finds what the documentation's types cannot.
func (s *Settings) check() error {
	for name, value := range map[string]string{"variable": s.Variable, "variable_prefix": s.VariablePrefix} {
		if value != "" && (!variableName.MatchString(value) || isConnectionVariable(value)) {
			return fmt.Errorf("%s is %q, and the beginning of a variable's name is needed that is not Ansible's own (letters, digits, _)", name, value)
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
			return fmt.Errorf("group_vars names %q, which is no group of this inventory: the variables of all hosts belong in vars, and names consist of letters, digits and _", group)
		}
	}
	if s.Domain = strings.Trim(s.Domain, "."); s.Domain != "" && !domainName.MatchString(s.Domain) {
		return fmt.Errorf("domain is %q, which is no domain's name", s.Domain)
	}
	if s.ServerName != "" && !serverName.MatchString(s.ServerName) {
		return fmt.Errorf("server_name is %q: it must consist of letters, digits, _, - and ., and begin with a letter or a digit", s.ServerName)
	}
	if s.CacheTimeout < 0 || s.CacheStale < 0 {
		return errors.New("cache_timeout and cache_stale are numbers of seconds, not below 0")
	}
	return s.checkTemplates()
}

// isConnectionVariable tells whether a variable is one of those by which Ansible
// finds out how to reach a host and what to run there. No data may set them.
func isConnectionVariable(name string) bool {
	return strings.HasPrefix(strings.ToLower(name), "ansible_")
}

// checkTemplates refuses braces without a pair.
func (s *Settings) checkTemplates() error {
	for name, templates := range map[string][]string{"hostnames": s.Hostnames, "connect_with": s.ConnectWith} {
		for _, template := range templates {
			if strings.ContainsAny(placeholder.ReplaceAllString(template, ""), "{}") || template == "" {
				return fmt.Errorf("%s holds %q, and a field (name) or a pattern of fields ({name}.{id}) is needed", name, template)
			}
		}
	}
	return nil
}

// rules is what the documentation cannot say.
var rules = ansible.Rules{
	NoLog:             []string{"token", "password", "headers"},
	MutuallyExclusive: [][]string{{"token", "email"}, {"token", "password"}},
	RequiredTogether:  [][]string{{"email", "password"}},
}
