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
      - V(replaced) also takes from what is listed all that the list does not say and that can be empty. These are links (such
        as C(group), C(device) and C(channels)), C(tags), and the keys of a C(config) that is listed. Plain values that are not
        listed, such as an interval, stay as they are, since the API does not document their defaults. A key of C(config) that
        the server puts back by itself is an error that names C(config); list that key.
      - V(overridden) also removes what is in the O(scope) and not listed, but never more than O(max_deletions). Of a list that is
        not set at all, nothing is removed; an empty list is one that is set.
      - V(deleted) removes what is listed, by C(id) or by name. Other options of the items do not matter.
      - V(gathered) changes nothing, and returns what there is as RV(gathered), which can be given back as it is. A C(id) is in it
        only where the name alone does not say which one it is. Secrets are not in it, for the server does not show them.
      - V(rendered) asks no server and needs none. It returns what would be sent to create what is listed, as RV(rendered).
      - V(compared) changes nothing, in no mode, and needs no permission to write. It returns as RV(differences) what is missing, what
        differs as V(overridden) counts it, and what is in the O(scope) without being listed. Without a O(scope), that is everything
        of the lists that are set. A placeholder for a secret, as C(acsmon export) writes it, is not compared.
    type: str
    choices: [merged, replaced, overridden, deleted, gathered, rendered, compared]
    default: merged
  scope:
    description:
      - What O(state=overridden) may remove where it is not listed, what O(state=gathered) returns, and of what O(state=compared) says
        that it is not listed.
      - Required with O(state=overridden). Of several options that are set, all must hold.
      - A list in which an option of the scope has no meaning, such as that of the groups with O(scope.tag), loses nothing, and is
        returned whole.
    type: dict
    suboptions:
      all:
        description:
          - V(true) is everything that the lists which are set are about. It goes with no other option of the scope.
        type: bool
      group:
        description:
          - Monitors in this monitor group, and devices in this device group. A name or an id.
        type: str
      tag:
        description:
          - Monitors that have this tag, and alert rules, which have no tags, whose names end with a blank and the tag in square brackets,
            such as C(Web shop is down [owner:shop]) for V(owner:shop).
        type: str
      name_prefix:
        description:
          - Names that begin with this text.
        type: str
  config_mode:
    description:
      - What happens to values of a listed resource that its item does not give.
      - V(replace) makes each listed C(config) complete, and removes the keys that it does not have. With
        O(state=replaced) and O(state=overridden) links and tags that are not listed go too, and O(state=compared) counts them
        as different.
      - V(merge) leaves it alone, also with O(state=replaced) and O(state=overridden). So O(state=overridden) can remove what is
        not listed without emptying what is.
      - Unset, it is V(merge) with O(state=merged), and V(replace) with O(state=replaced), O(state=overridden) and O(state=compared).
    type: str
    choices: [merge, replace]
  purge_tags:
    description:
      - V(true) makes the tags of an item all that the monitor has. V(false) adds them to those that it has, for example those
        that another team set, and removes none in any state.
    type: bool
    default: true
  create_only:
    description:
      - With V(true), what is there already is left as it is. Only what is missing is created, and what O(state=overridden)
        removes is removed.
      - RV(resources[].differs_in) says in what an existing one differs from its item.
    type: bool
    default: false
  gather_fields:
    description:
      - Keys of the API that no option sets, which O(state=gathered) adds to the C(fields) of the items whose rows show them. Which
        of all keys matter is not known, so none is added by itself. C(acsmon export --fields KEY,KEY) does the same.
      - C(fields) that are not listed stay as they are in every state.
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
      - What happens after a change that failed.
      - V(stop) ends the task.
      - V(continue) goes on with what does not depend on it, but then removes nothing that is not listed. It still ends
        if the server is away, refuses the token, or asks for a longer wait than O(max_wait) allows.
      - Either way the task fails, RV(resources) says what happened to each, and the next run does the rest.
    type: str
    choices: [stop, continue]
    default: stop
  report:
    description:
      - Files into which the task writes how the server differed, before it changed anything. The ending of a name chooses the format, C(.md) for Markdown,
        C(.html) for a page, or C(.json) for data.
      - They show what is missing, what differs with both values of each option, and what O(state=overridden) or O(state=compared) find
        without being listed, and O(state=deleted) removes. Secrets are masked, and no text of the server does anything in them.
      - They are written in check mode too, and where O(max_deletions), the licence or O(max_wait) keep the task from changing
        anything. They do not count as a change. A file in which only the time would change stays as it is. A new file gets the mode C(0640).
      - They are on the host on which the task runs. That is the controller with C(connection=local) or C(delegate_to=localhost).
    type: list
    elements: str
notes:
  - Everything is planned before anything is written. Mistakes in the lists, names that mean several things, references to what
    does not exist, a plan that does not fit into O(max_wait), and more devices and monitors than the licence allows are found
    before the first write.
  - Each list that is involved is read once, at one request for each 100 rows, and each change is one request. A list that is
    only referred to by name is read where the rows do not show the name. If the server's list does not show a field that is
    needed, there is one request for each row that is listed. If its answer to a change does not, there is one more for each
    change. Creating several monitors or devices, or one in the place of another, costs one request more, for the licence.
    An OID by name costs one or two for each rule.
  - An update sends back what the task does not name, so a row that was read more than 5 seconds ago is read again before it is
    changed, at one request, and what somebody else changed meanwhile stays. That concerns the updates that wait for the rate
    limit. RV(planned_requests) counts them.
  - What a list of several pages does not show is looked for once more before it is created, or said not to be there. That costs a
    search for each such name, or a second reading of the list if that is cheaper.
  - The licence's cap can be checked beforehand only where C(/system/stats) shows it and the token's role may read it. If there is
    no room for what is created, and the same task removes monitors or devices, as many of those as are needed go first, and
    RV(resources) has that order. Only the server knows what counts towards the licence, so it may still refuse.
"""
