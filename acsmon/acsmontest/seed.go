// SPDX-License-Identifier: MIT

package acsmontest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

var (
	sites = []struct{ code, city string }{
		{"lon1", "London"}, {"cam1", "Cambridge"}, {"nrw1", "Norwich"}, {"ips1", "Ipswich"}, {"pbo1", "Peterborough"},
		{"man1", "Manchester"}, {"edi1", "Edinburgh"}, {"dub1", "Dublin"}, {"ams1", "Amsterdam"}, {"fra1", "Frankfurt"},
	}
	deviceRoles = []struct {
		code, group string
		types       []string
	}{
		{"core", "Core network", []string{"cisco_ios", "cisco_nxos", "juniper_junos", "arista_eos"}},
		{"sw", "Access switches", []string{"cisco_ios", "aruba_cx", "arista_eos"}},
		{"fw", "Firewalls", []string{"fortinet_fortios", "paloalto_panos", "cisco_asa"}},
		{"ap", "Wireless", []string{"ubiquiti_unifi", "aruba_ap", "mikrotik_routeros"}},
		{"srv", "Servers", []string{"linux", "windows"}},
		{"nas", "Storage", []string{"synology_dsm", "netapp_ontap"}},
		{"ups", "Power", []string{"apc_ups", "eaton_ups"}},
		{"rtr", "Branch offices", []string{"cisco_ios", "mikrotik_routeros", "juniper_junos"}},
	}
	services = []struct {
		code, group, kind string
		port              int
		tags              []string
	}{
		{"www", "Public web", "https", 443, []string{"web", "customer-facing"}},
		{"api", "APIs", "https", 443, []string{"api", "customer-facing"}},
		{"shop", "Public web", "https", 443, []string{"web", "pci"}},
		{"mail", "Mail", "smtp", 25, []string{"mail"}},
		{"imap", "Mail", "imap", 993, []string{"mail"}},
		{"db", "Databases", "mysql", 3306, []string{"db", "pci"}},
		{"cache", "Databases", "redis", 6379, []string{"db"}},
		{"cert", "Certificates", "ssl", 443, []string{"web"}},
		{"dns", "Infrastructure", "dns", 53, []string{"infra"}},
		{"vpn", "Infrastructure", "tcp", 1194, []string{"infra"}},
	}
	environments = []string{"production", "production", "production", "staging"}
	domains      = []string{"example.com", "example.net", "example.org"}
	colors       = []string{"#3b82f6", "#10b981", "#f59e0b", "#ef4444", "#8b5cf6", "#06b6d4", "#84cc16", "#ec4899"}
)

// A fleet makes the seeded rows. Every row follows from the seed and its index alone, so that rows
// that nobody reads are never made.
type fleet struct {
	s             *Server
	deviceGroups  map[string]int64
	monitorGroups map[string]int64
	devices       []int64
	monitors      []int64
	downDevices   map[int]bool // those with an open alert, by index
	downMonitors  map[int]bool
}

func pick[T any](rng *rand.Rand, list []T) T { return list[rng.IntN(len(list))] }

// seedFleet fills the tables as Options say.
func (s *Server) seedFleet() {
	o := s.options
	f := &fleet{s: s, deviceGroups: map[string]int64{}, monitorGroups: map[string]int64{}}
	if o.Devices > 0 {
		for i, r := range deviceRoles {
			f.deviceGroups[r.group] = s.tables["device-groups"].add(row{"name": r.group, "color": colors[i%len(colors)]})["id"].(int64)
		}
	}
	if o.Monitors > 0 {
		for _, group := range []string{"Public web", "APIs", "Mail", "Databases", "Certificates", "Infrastructure", "Hosts"} {
			f.monitorGroups[group] = s.tables["monitor-groups"].add(row{"name": group, "color": colors[len(f.monitorGroups)%len(colors)]})["id"].(int64)
		}
	}
	var onDevices, onMonitors int
	switch {
	case o.Devices > 0 && o.Monitors > 0:
		onDevices, onMonitors = (o.OpenAlerts+1)/2, o.OpenAlerts/2
	case o.Devices > 0:
		onDevices = o.OpenAlerts
	case o.Monitors > 0:
		onMonitors = o.OpenAlerts
	}
	f.downDevices, f.downMonitors = spread(onDevices, o.Devices), spread(onMonitors, o.Monitors)
	devices, monitors := s.tables["devices"], s.tables["monitors"]
	devices.last, monitors.last = 10, 100
	devices.fill(o.Devices, f.device)
	monitors.fill(o.Monitors, f.monitor)
	f.devices, f.monitors = devices.seeded, monitors.seeded
	f.seedEvents(onDevices, onMonitors)
	f.seedSettings()
}

// seedSettings adds a few rows of everything else that an install has.
func (f *fleet) seedSettings() {
	add := func(kind string, fields row) int64 { return f.s.tables[kind].add(fields)["id"].(int64) }
	if len(f.devices)+len(f.monitors) == 0 {
		return
	}
	mail := add("alert-channels", row{"name": "NOC mail", "type": "email", "config": row{"recipients": []any{"noc@example.com"}}})
	hook := add("alert-channels", row{"name": "Ticket webhook", "type": "webhook", "config": row{"url": "https://tickets.example.com/acs"}, "secret": "s3cret"})
	if len(f.monitors) > 0 {
		add("monitor-alert-rules", row{"name": "Any monitor down", "condition": "status_down", "severity": "critical", "consecutive_failures": 2, "channel_ids": []int64{mail, hook}})
		add("monitor-alert-rules", row{"name": "Certificate expires", "condition": "ssl_expiry_lt", "threshold": "14", "channel_ids": []int64{mail}})
	}
	for i, device := range f.devices[:min(len(f.devices), 20)] {
		oid := add("oids", row{"device_id": device, "name": "ifInOctets", "oid": "1.3.6.1.2.1.2.2.1.10.1", "unit": "octets"})
		if i == 0 {
			add("alert-rules", row{"name": "Uplink busy", "device_id": device, "oid_id": oid, "condition": "pct_gt", "threshold": "90", "channel_ids": []int64{mail}})
			add("snmp-traps", row{"device_id": device, "oid": "1.3.6.1.6.3.1.1.5.3", "value": "linkDown", "severity": "warning", "received_at": f.s.ago(time.Hour)})
		}
	}
	if len(f.devices) > 0 {
		add("discovery", row{"name": "Head office", "subnet": "10.0.0.0/24"})
		add("mibs", row{"name": "IF-MIB", "vendor": "IETF", "file_name": "IF-MIB.txt", "content": "IF-MIB DEFINITIONS ::= BEGIN\nEND\n"})
	}
	overview := add("dashboards", row{"name": "Overview", "is_default": true})
	add("widgets", row{"dashboard_id": overview, "title": "Open alerts", "type": "alerts", "position": row{"x": 0, "y": 0, "w": 6, "h": 4}})
}

// spread marks open of size indices evenly: each is marked once before one is marked twice.
func spread(open, size int) map[int]bool {
	marked := map[int]bool{}
	for k := range min(open, size) {
		marked[spreadIndex(k, open, size)] = true
	}
	return marked
}

func spreadIndex(k, open, size int) int { return k % size * size / min(open, size) % size }

// device makes the device with that index.
func (f *fleet) device(index int, id int64) row {
	rng := random(f.s.options.Seed, "devices", id)
	site, role := pick(rng, sites), pick(rng, deviceRoles)
	values := resourceOf["devices"].defaults()
	values["id"] = id
	values["name"] = fmt.Sprintf("%s-%s-%d", site.code, role.code, id)
	values["ip_address"] = fmt.Sprintf("10.%d.%d.%d", id/62500%256, id/250%250, id%250+1)
	values["snmp_version"] = pick(rng, []string{"2c", "2c", "2c", "3", "1"})
	values["device_type"] = pick(rng, role.types)
	values["status"] = "up"
	values["last_polled_at"] = f.s.ago(time.Duration(rng.IntN(60)) * time.Second)
	values["poll_interval_seconds"] = pick(rng, []int{30, 60, 60, 60, 300})
	values["location"] = site.city
	values["snmp_community"] = "monitoring"
	if rng.IntN(20) > 0 {
		values["device_group_id"] = f.deviceGroups[role.group]
	}
	switch {
	case f.downDevices[index]:
		values["status"] = "down"
	case rng.IntN(40) == 0:
		values["status"], values["last_polled_at"], values["is_active"] = "unknown", nil, false
	}
	return values
}

// monitor makes the monitor with that index: every other one watches a device, if there are enough,
// and the rest watch services.
func (f *fleet) monitor(index int, id int64) row {
	rng := random(f.s.options.Seed, "monitors", id)
	values := resourceOf["monitors"].defaults()
	values["id"] = id
	onDevice := index % 2 * len(f.devices)
	if nth := index / 2; onDevice > 0 && nth/len(f.devices) < len(deviceChecks) {
		f.watchDevice(values, nth%len(f.devices), deviceChecks[nth/len(f.devices)])
	} else {
		f.watchService(values, rng)
	}
	values["check_interval_seconds"] = pick(rng, []int{30, 60, 60, 60, 300})
	values["last_checked_at"] = f.s.ago(time.Duration(rng.IntN(60)) * time.Second)
	values["status"] = "up"
	values["response_time_ms"] = 1 + rng.IntN(400)
	week, month := downtime(rng.IntN(60), id), downtime(rng.IntN(90)*2/3, id)
	values["uptime_percent_7d"], values["uptime_percent_30d"] = percentUp(week), percentUp((week*7+month*23)/30)
	if t := values["type"]; t == "https" || t == "ssl" {
		values["ssl_expiry_at"] = f.s.ago(-time.Duration(5+rng.IntN(360)) * 24 * time.Hour)
	}
	switch {
	case f.downMonitors[index]:
		values["status"], values["response_time_ms"], values["consecutive_failures"] = "down", nil, 1+rng.IntN(9)
	case rng.IntN(50) == 0:
		values["is_active"] = false
	case rng.IntN(50) == 0:
		values["status"], values["response_time_ms"] = "degraded", 2000+rng.IntN(2500)
	}
	return values
}

// downtime turns numbers below 60 into downtimes, in hundredths of a percent: a third had none,
// most had a little, a few had more.
func downtime(n int, id int64) int {
	down := max(0, n-20)/2 + max(0, n-48)*max(0, n-48)*2
	return down + down*int(id%8)/10
}

func percentUp(down int) float64 { return float64(10000-down) / 100 }

// deviceChecks are the types of the monitors of a device, in this order.
var deviceChecks = []string{"ping", "ssh", "snmp"}

func (f *fleet) watchDevice(values row, device int, check string) {
	target := f.device(device, f.devices[device])
	values["name"] = check + " " + target["name"].(string)
	values["type"] = check
	values["host"] = target["ip_address"]
	values["device_id"] = target["id"]
	values["monitor_group_id"] = f.monitorGroups["Hosts"]
	values["tags"] = []string{"host"}
	switch check {
	case "ssh":
		values["port"] = 22
	case "snmp":
		values["port"] = 161
	}
}

func (f *fleet) watchService(values row, rng *rand.Rand) {
	service, environment := pick(rng, services), pick(rng, environments)
	host := fmt.Sprintf("%s%d.%s", service.code, values["id"], pick(rng, domains))
	values["name"] = fmt.Sprintf("%s %s", host, service.kind)
	values["type"] = service.kind
	values["host"] = host
	values["port"] = service.port
	values["tags"] = append([]string{environment}, service.tags...)
	if rng.IntN(20) > 0 {
		values["monitor_group_id"] = f.monitorGroups[service.group]
	}
	switch service.kind {
	case "https":
		values["config"] = row{
			"method": "GET", "path": pick(rng, []string{"/", "/health", "/status"}), "expected_status": 200,
			"ssl_verify": true, "alert_ssl_expiry_days": 14,
		}
	case "ssl":
		values["config"] = row{"alert_ssl_expiry_days": 21}
	case "dns":
		values["config"] = row{"record_type": "A"}
	}
}

// seedEvents fills both lists of alert events: the open ones, a quarter as many acknowledged ones
// and half as many resolved ones.
func (f *fleet) seedEvents(onDevices, onMonitors int) {
	apart := f.s.alt.Events == "apart"
	all := func(open int) int { return open + (open+3)/4 + (open+1)/2 }
	device := func(n int) row { return f.event(n, onDevices, "device_id", f.devices) }
	monitor := func(n int) row { return f.event(n, onMonitors, "monitor_id", f.monitors) }
	fill := func(kind string, n int, event func(n int) row) {
		t := f.s.tables[kind]
		t.last = 9000
		t.fill(n, func(index int, id int64) row {
			values := event(index)
			values["id"] = id
			return values
		})
	}
	devices, monitors := all(onDevices), all(onMonitors)
	if apart {
		fill("alert-events", devices, device)
		fill("monitor-events", monitors, monitor)
		return
	}
	fill("alert-events", devices+monitors, func(n int) row {
		if n < devices {
			return device(n)
		}
		return monitor(n - devices)
	})
}

// event makes the n-th event of a list with that many open ones.
func (f *fleet) event(n, open int, column string, targets []int64) row {
	rng := random(f.s.options.Seed, column, int64(n))
	age := time.Duration(n)*7*time.Minute + time.Duration(rng.IntN(400))*time.Second
	values := resourceOf["alert-events"].defaults()
	values["severity"] = pick(rng, severities)
	values["triggered_at"] = f.s.ago(age)
	values["current_value"] = "down"
	if column == "device_id" && rng.IntN(2) == 0 {
		values["current_value"] = fmt.Sprintf("%.1f", 80+20*rng.Float64())
	}
	switch {
	case n < open:
		values[column] = targets[spreadIndex(n, open, len(targets))]
		return values
	case n < open+(open+3)/4:
		values["status"], values["acknowledged_at"] = "acknowledged", f.s.ago(age/2)
	default:
		values["status"], values["acknowledged_at"], values["resolved_at"] = "resolved", f.s.ago(age/2), f.s.ago(age/3)
	}
	values[column] = pick(rng, targets)
	return values
}

// ago is a time before the server's start.
func (s *Server) ago(d time.Duration) string { return s.started.Add(-d).Format(timeLayout) }

// seededRow is a seeded row as it was at the start; nil if the row was not seeded.
func (s *Server) seededRow(kind string, id int64) row {
	t := s.tables[kind]
	if index, ok := slices.BinarySearch(t.seeded, id); ok {
		return t.seed(index, id)
	}
	return nil
}

// pastResult is the n-th newest check that a seeded monitor has from the start.
func (s *Server) pastResult(monitor row, n int) result {
	last, _ := time.Parse(timeLayout, monitor["last_checked_at"].(string))
	interval := time.Duration(monitor["check_interval_seconds"].(int)) * time.Second
	found := result{at: last.Add(-time.Duration(n) * interval).Format(timeLayout), status: "up"}
	switch {
	case n < monitor["consecutive_failures"].(int):
		found.status = "down"
	case n == 0:
		found.status, found.ms = monitor["status"].(string), monitor["response_time_ms"]
	default:
		found.ms = s.responseTime(monitor["id"].(int64), -n)
	}
	return found
}

// seedUsers makes the roles that every install has and an administrator.
func (s *Server) seedUsers() (admin int64) {
	all := s.Permissions()
	view := slices.DeleteFunc(slices.Clone(all), func(slug string) bool { return !strings.HasSuffix(slug, ".view") })
	roles := s.tables["roles"]
	roles.add(row{"name": "viewer", "permissions": view})
	roles.add(row{"name": "operator", "permissions": append(slices.Clone(view), "alerts.acknowledge")})
	role := roles.add(row{"name": "admin", "permissions": all})
	return s.tables["users"].add(row{"name": "Administrator", "email": "admin@example.com", "role_ids": []int64{role["id"].(int64)}})["id"].(int64)
}
