# SPDX-License-Identifier: GPL-3.0-or-later
"""How Sphinx makes the collection's pages; scripts/docs runs it on what antsibull-docs wrote."""

import pathlib
import zlib

project = title = html_title = html_short_title = 'acsmon.monitor'
author = 'the acsmon.monitor authors'
copyright = author

extensions = ['sphinx.ext.intersphinx', 'sphinx_antsibull_ext']
html_theme = 'sphinx_ansible_theme'
html_static_path = ['_static']
html_css_files = ['acsmon.css']
pygments_style = 'ansible'
highlight_language = 'YAML+Jinja'
html_show_sphinx = False
html_use_index = False
html_copy_source = False
default_role = 'any'
nitpicky = True

# The pages of Ansible's own documentation that ours refer to, by label, and its environment variables. Sphinx can fetch the list of all of them, but then what it builds
# depends on the network.
ANSIBLE = 'https://docs.ansible.com/ansible/latest/'
PAGES = {
    'action_plugins': 'plugins/action.html#action-plugins',
    'ansible_configuration_settings': 'reference_appendices/config.html#ansible-configuration-settings',
    'common_return_values': 'reference_appendices/common_return_values.html#common-return-values',
}
VARIABLES = ['ANSIBLE_CACHE_PLUGIN', 'ANSIBLE_CACHE_PLUGIN_CONNECTION', 'ANSIBLE_CACHE_PLUGIN_PREFIX', 'ANSIBLE_CACHE_PLUGIN_TIMEOUT']


def inventory():
    """The file that holds PAGES and VARIABLES as Sphinx wants it."""
    head = '# Sphinx inventory version 2\n# Project: Ansible\n# Version: latest\n# The remainder of this file is compressed using zlib.\n'
    rows = ''.join(f'{label} std:label -1 {page} {label.replace("_", " ").capitalize()}\n' for label, page in PAGES.items())
    rows += ''.join(f'{name} std:envvar 1 reference_appendices/config.html#envvar-{name} -\n' for name in VARIABLES)
    file = pathlib.Path(__file__).parent.parent / 'build/docs/ansible.inv'
    file.write_bytes(head.encode() + zlib.compress(rows.encode()))
    return str(file)


intersphinx_mapping = {'ansible': (ANSIBLE, inventory())}
