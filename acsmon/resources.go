// SPDX-License-Identifier: MIT

package acsmon

import "strconv"

// addCollections is the table of what the API holds: the path of each collection and the prefix of
// its permission slugs.
func (c *Client) addCollections() {
	c.Devices = Devices{typed[Device, DeviceInput](c, "/devices", "devices")}
	c.DeviceGroups = typed[Group, GroupInput](c, "/device-groups", "devices")
	c.OIDs = OIDs{c}
	c.DeviceWebhooks = DeviceWebhooks{c}
	c.SNMPTraps = SNMPTraps{collection[Fields](c, "/snmp-traps", "devices")}
	c.Monitors = Monitors{typed[Monitor, MonitorInput](c, "/monitors", "monitors")}
	c.MonitorGroups = typed[Group, GroupInput](c, "/monitor-groups", "monitors")
	c.AlertRules = typed[AlertRule, AlertRuleInput](c, "/alert-rules", "alerts")
	c.AlertEvents = Events{collection[Event](c, "/alert-events", "alerts")}
	c.MonitorAlertRules = typed[AlertRule, AlertRuleInput](c, "/monitor-alert-rules", "alerts")
	c.MonitorEvents = Events{collection[Event](c, "/monitor-events", "alerts")}
	c.AlertChannels = AlertChannels{typed[AlertChannel, AlertChannelInput](c, "/alert-channels", "channels")}
	c.Discovery = Discovery{collection[Fields](c, "/discovery", "discovery")}
	c.Discovery.slugs = map[string]string{"delete": "discovery.create"}
	c.Users = Users{typed[User, UserInput](c, "/users", "users")}
	c.Roles = Roles{typed[Role, RoleInput](c, "/roles", "roles")}
	c.Roles.slugs = map[string]string{"view": "roles.manage", "edit": "roles.manage"}
	c.MIBs = MIBs{collection[Fields](c, "/mibs", "mibs")}
	c.MIBs.slugs = map[string]string{"create": "mibs.upload"}
	c.Dashboards = Dashboards{collection[Dashboard](c, "/dashboards", "dashboards")}
	c.Tools = Tools{c}
	c.System = System{c}
}

func collection[T any](c *Client, path, permissions string) Collection[T] {
	return Collection[T]{client: c, path: path, permissions: permissions}
}

func typed[T any, I input](c *Client, path, permissions string) TypedCollection[T, I] {
	return TypedCollection[T, I]{collection[T](c, path, permissions)}
}

// under returns the path of something that belongs to a row: under("/devices", 42, "oids").
func under(path string, id int64, rest ...string) string {
	path += "/" + strconv.FormatInt(id, 10)
	for _, segment := range rest {
		path += "/" + segment
	}
	return path
}

// Object is what all typed resources share: every key that the server sent, known here or not. A
// typed resource can be marshalled, and then unmarshalled into Fields, but not into its type.
type Object struct {
	Fields Fields
}

// MarshalJSON gives the resource as the server sent it.
func (o Object) MarshalJSON() ([]byte, error) { return encode(o.Fields) }

// Ref is a resource that another one refers to.
type Ref struct {
	ID   int64
	Name string
	Type string // of a monitor
}

// Group is a device group or a monitor group.
type Group struct {
	Object
	ID    int64
	Name  string
	Color string
}

func (g *Group) from(r *row) {
	*g = Group{Object{r.fields}, r.whole("id"), r.text("name"), r.text("color")}
}

// AlertRule is a rule for SNMP values or for monitors. What it holds beside its name differs
// between the two, and is in Fields.
type AlertRule struct {
	Object
	ID       int64
	Name     string
	Severity string
}

func (a *AlertRule) from(r *row) {
	*a = AlertRule{Object{r.fields}, r.whole("id"), r.text("name"), r.text("severity")}
}
