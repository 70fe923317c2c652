// SPDX-License-Identifier: GPL-3.0-or-later

// Package ansible is Ansible's module protocol: one JSON object of arguments in, one JSON object out.
//
// It owns
//   - the specification of a module as JSON ([DecodeSpec]), which package docs makes from the module's documentation: there
//     is no second table of options;
//   - checking arguments against it as Ansible's own AnsibleModule does ([Spec.Validate]);
//   - the run of a [Module] and the one object that it prints, free of secrets and of control characters.
//
// It must not know what any module is about, nor how its documentation is written: no resource, no HTTP, no settings, no YAML.
//
// # Where it differs from AnsibleModule
//
// testdata/differential.yaml lists what was compared with ansible-core, case by case. On purpose, and always
// towards refusing what would otherwise be written wrongly:
//   - null means "not given", everywhere: the default applies, and a required option is missing.
//   - A list or a mapping given for a string is refused; Ansible passes its Python notation on.
//   - A boolean given for a number is refused; Ansible passes true on as it is.
//   - A null in a list of strings, or of anything but raw values, is refused; Ansible makes "" of it.
//   - A mapping in Python's notation ("{'a': 1}") is refused; JSON and key=value are read.
//   - All faults are reported at once, and the nearest name or choice is suggested.
package ansible
