# -*- coding: utf-8 -*-
# Copyright (c) the acsmon.monitor authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type


class ModuleDocFragment(object):
    DOCUMENTATION = r"""
options:
  state:
    description:
      - V(merged) creates what is listed and missing, and updates what differs in an option that is set. Everything else stays
        as it is.
      - V(replaced) also empties what the items do not set, if it can be empty. These are links (such as C(group), C(device) and C(channels)), C(tags), and
        the keys of a C(config) that is listed. Plain values that are not listed, such as an interval, stay as they are, because the API does not document
        their defaults. If the server puts a key of C(config) back by itself, that is an error that names C(config). Then list that key.
      - V(overridden) also removes what is in the O(scope) and not listed, but never more than O(max_deletions). Nothing is removed from a list that is not
        set. An empty list counts as set.
      - V(deleted) removes what is listed, by C(id) or by name. Other options of the items do not matter.
      - V(gathered) changes nothing, and returns what exists as RV(gathered), which you can use in a task as it is. An item has a C(id) only if its name alone
        does not identify it. Secrets are left out, because the server does not show them.
      - V(rendered) needs no server. It returns what would be sent to create what is listed, as RV(rendered).
      - V(compared) never changes anything and needs no permission to write. It returns RV(differences). These are what is missing, what differs in the way
        that V(overridden) would change it, and what is in the O(scope) and not listed. Without a O(scope), the scope is everything in the lists that are set.
        A placeholder for a secret that C(acsmon export) has written is not compared.
    type: str
    choices: [merged, replaced, overridden, deleted, gathered, rendered, compared]
    default: merged
  scope:
    description:
      - What O(state=overridden) may remove if it is not listed, what O(state=gathered) returns, and what O(state=compared) reports if it is not listed.
      - Required with O(state=overridden). If several options are set, all of them must apply.
      - If an option of the scope has no meaning for a list, such as O(scope.tag) for groups, nothing is removed from that list, and O(state=gathered) returns
        all of it.
    type: dict
    suboptions:
      all:
        description:
          - V(true) means everything in the lists that are set. It cannot be combined with another option of the scope.
        type: bool
      group:
        description:
          - Monitors in this monitor group, and devices in this device group. A name or an id.
        type: str
      tag:
        description:
          - Monitors that have this tag. Alert rules have no tags, so the tag selects those whose names end with a space and the tag in square brackets, such
            as C(Web shop is down [owner:shop]) for V(owner:shop).
        type: str
      name_prefix:
        description:
          - Names that begin with this text.
        type: str
  config_mode:
    description:
      - What happens to values of a listed resource that its item does not set.
      - V(replace) replaces each listed C(config), so keys that are not listed are removed. With O(state=replaced) and O(state=overridden), links and tags
        that are not listed are removed too, and O(state=compared) counts them as different.
      - V(merge) leaves such values alone, even with O(state=replaced) and O(state=overridden). So O(state=overridden) can remove resources that are not
        listed without emptying those that are.
      - The default is V(merge) with O(state=merged), and V(replace) with O(state=replaced), O(state=overridden) and O(state=compared).
    type: str
    choices: [merge, replace]
  purge_tags:
    description:
      - With V(true), the tags of an item replace all tags of the monitor. With V(false), they are added to those that it has, for example those that another
        team set, and no state removes any.
    type: bool
    default: true
  create_only:
    description:
      - With V(true), what exists is left as it is. What is missing is created, and O(state=overridden) still removes what is not listed.
      - RV(resources[].differs_in) says in which options an existing resource differs from its item.
    type: bool
    default: false
  gather_fields:
    description:
      - Keys of the API that no option sets. O(state=gathered) adds them to the C(fields) of the items whose rows show them. It adds no other keys, because it
        cannot know which of them matter. C(acsmon export --fields KEY,KEY) does the same.
      - Keys that no C(fields) lists stay as they are in every state.
    type: list
    elements: str
  max_deletions:
    description:
      - Largest number of things that O(state=overridden) removes because they are not listed. If there are more, the task fails
        before it writes anything, and says how many.
    type: int
    default: 10
  on_error:
    description:
      - What to do after a change has failed.
      - V(stop) ends the task.
      - V(continue) goes on with everything that does not depend on the failed change, but no longer removes anything that is not listed. It still ends the
        task if the server cannot be reached, refuses the token, or asks for a longer wait than O(max_wait) allows.
      - In both cases the task fails, RV(resources) says what happened to each resource, and the next run does the rest.
    type: str
    choices: [stop, continue]
    default: stop
  report:
    description:
      - Files into which the task writes how the server differed, before it changed anything. The ending of a name chooses the format, C(.md) for Markdown,
        C(.html) for a page, or C(.json) for data.
      - They list what is missing, what differs (with both values of each option), what is not listed with O(state=overridden) and O(state=compared), and what
        O(state=deleted) removes. Secrets are masked, and text from the server is inert.
      - They are written in check mode too, and even if O(max_deletions), the licence or O(max_wait) keeps the task from changing anything. They do not count
        as a change. A file in which only the time would change stays as it is. A new file gets the mode C(0640).
      - They are on the host on which the task runs. That is the controller with C(connection=local) or C(delegate_to=localhost).
    type: list
    elements: str
notes:
  - Everything is planned before anything is written. Before the first write, the task finds mistakes in the lists, names that mean several things, references
    to things that do not exist, plans that do not fit into O(max_wait), and more devices and monitors than the licence allows.
  - Each list that is set is read once, with one request for each 100 rows, and each change costs one request. A list that items only refer to by name is read
    if the rows do not show the name. If the server's list does not show a field that is needed, there is one request for each listed item. If its response to
    a change does not show it, there is one more for each change. Creating several monitors or devices, or one in the place of another, costs one request
    more, for the licence. An OID given by name costs one or two for each rule.
  - An update sends back the values that the task does not set. So a row that was read more than 5 seconds ago is read again before it is changed, with one
    request, and what somebody else changed meanwhile stays. This happens to updates that wait for the rate limit. RV(planned_requests) counts these requests.
  - If a list of several pages does not show a name, the task looks for it once more before it creates the resource or says that it does not exist. That costs
    a search for each such name, or a second reading of the list if that is cheaper.
  - The limit of the licence can be checked beforehand only if C(/system/stats) shows it and the token's role may read that. If there is no room for what is
    created, and the same task removes monitors or devices, it first removes as many as needed. RV(resources) has that order. Only the server knows what
    counts towards the licence, so it may still refuse.
"""
