// SPDX-License-Identifier: MIT

package acsmontest

import (
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"time"
)

// discovered are the hosts that a discovery finds: the first ones of the subnet.
var discovered = []struct {
	deviceType, description string
	services                []service
}{
	{"switch", "Example Switch OS 1.0", nil},
	{"linux", "Linux 6.1", []service{{"ssh", 22}, {"http", 80}}},
	{"printer", "Example Printer", []service{{"https", 443}}},
}

// A service is what a discovery found on a port.
type service struct {
	kind string
	port int
}

func runDiscovery(c *call, r *resource, discovery row) *response {
	id := discovery["id"].(int64)
	discovery["status"] = "running"
	c.changed(r, "updated", discovery, "")
	return c.queued(func(at time.Time) { c.s.finishDiscovery(id, at) })
}

// finishDiscovery finds the first hosts of the subnet.
func (s *Server) finishDiscovery(id int64, at time.Time) {
	discovery := s.tables["discovery"].edit(id)
	if discovery == nil { // deleted in the meantime
		return
	}
	discovery["status"], discovery["last_run_at"] = "completed", at.Format(timeLayout)
	subnet, err := netip.ParsePrefix(fmt.Sprint(discovery["subnet"]))
	if err != nil { // a test wants it like this
		return
	}
	old := s.resultsOf(id)
	addr := subnet.Masked().Addr()
	for n, host := range discovered {
		if addr = addr.Next(); !subnet.Contains(addr) {
			return
		}
		known := old[addr.String()]
		if known != nil && s.alt.Rerun == "new" {
			s.tables["discovery-results"].remove(known["id"].(int64))
			known = nil
		}
		if known == nil {
			names := []string{}
			for _, service := range host.services {
				names = append(names, fmt.Sprintf("%s:%d", service.kind, service.port))
			}
			s.tables["discovery-results"].add(row{
				"discovery_id": id, "name": fmt.Sprintf("discovered-%d-%d", id, n+1), "ip_address": addr.String(),
				"device_type": host.deviceType, "sys_descr": host.description, "services": names,
			})
		}
	}
}

// resultsOf returns the results of a discovery by their addresses.
func (s *Server) resultsOf(discovery int64) map[string]row {
	results := map[string]row{}
	t := s.tables["discovery-results"]
	for _, id := range t.ids {
		if found := t.row(id); found["discovery_id"] == discovery {
			results[fmt.Sprint(found["ip_address"])] = found
		}
	}
	return results
}

// discoveryResults are what a discovery found, as a read of it shows them.
func discoveryResults(s *Server, discovery row) []object {
	results := []object{}
	t := s.tables["discovery-results"]
	for _, id := range t.ids {
		if found := t.row(id); found["discovery_id"] == discovery["id"] {
			results = append(results, s.shownResult(found))
		}
	}
	return results
}

// shownResult is a result as the alternative shows it.
func (s *Server) shownResult(found row) object {
	services, _ := found["services"].([]string)
	if s.alt.Discovered == "name" {
		return object{
			{"id", found["id"]}, {"name", found["name"]}, {"address", found["ip_address"]}, {"type", found["device_type"]},
			{"services", convert(services, func(name string) any { kind, _, _ := strings.Cut(name, ":"); return kind })},
			{"imported", found["imported_at"] != nil},
		}
	}
	return object{
		{"id", found["id"]}, {"ip_address", found["ip_address"]}, {"hostname", found["name"]}, {"sys_descr", found["sys_descr"]},
		{"device_type", found["device_type"]},
		{"services", convert(services, func(name string) any { s := serviceOf(name); return object{{"name", s.kind}, {"port", s.port}} })},
		{"device_id", found["device_id"]}, {"imported_at", found["imported_at"]},
	}
}

// serviceOf parses a service that is stored as "ssh:22".
func serviceOf(name string) (s service) {
	s.kind, _, _ = strings.Cut(name, ":")
	fmt.Sscanf(strings.TrimPrefix(name, s.kind), ":%d", &s.port)
	return s
}

// importResult makes a device of one result of a discovery, and a monitor of each of its services.
func importResult(c *call, r *resource, found row) *response {
	if found["imported_at"] != nil {
		return c.fail(http.StatusUnprocessableEntity, "This result has already been imported.")
	}
	if reply := c.overLicence(); reply != nil {
		return reply
	}
	device := c.s.tables["devices"].add(c.s.importedDevice(found))
	c.changed(resourceOf["devices"], "created", device, "")
	services, _ := found["services"].([]string)
	made := []object{}
	for _, name := range services {
		service := serviceOf(name)
		monitor := c.s.tables["monitors"].add(row{
			"name": fmt.Sprintf("%s %s", device["name"], service.kind), "type": service.kind, "host": device["ip_address"],
			"port": service.port, "device_id": device["id"],
		})
		c.changed(resourceOf["monitors"], "created", monitor, "")
		made = append(made, object{{"id", monitor["id"]}, {"name", monitor["name"]}, {"type", service.kind}})
	}
	found["device_id"], found["imported_at"] = device["id"], c.s.now().Format(timeLayout)
	status := choose(c.s.alt.Created == "201", http.StatusCreated, http.StatusOK)
	switch c.s.alt.Imported {
	case "message":
		return c.answer(status, object{{"message", "Imported."}})
	case "both":
		return c.answer(status, object{{"device", object{{"id", device["id"]}, {"name", device["name"]}}}, {"monitors", made}})
	}
	return c.one(status, resourceOf["devices"], device)
}

// importedDevice is the device that a result becomes. It is polled in the way in which the
// discovery was run.
func (s *Server) importedDevice(found row) row {
	device := row{"name": found["name"], "ip_address": found["ip_address"], "device_type": found["device_type"]}
	if discovery := s.tables["discovery"].row(idOf(found["discovery_id"])); discovery != nil {
		device["snmp_version"] = discovery["snmp_version"]
		for _, secret := range snmpSecrets {
			device[secret.name] = discovery[secret.name]
		}
	}
	return device
}

// walked are the OIDs that a walk finds on every device.
var walked = []row{
	{"oid": "1.3.6.1.2.1.1.3.0", "name": "sysUpTime", "unit": "ticks"},
	{"oid": "1.3.6.1.2.1.2.2.1.10.1", "name": "ifInOctets.1", "unit": "bytes"},
	{"oid": "1.3.6.1.2.1.2.2.1.10.2", "name": "ifInOctets.2", "unit": "bytes"},
	{"oid": "1.3.6.1.2.1.2.2.1.16.1", "name": "ifOutOctets.1", "unit": "bytes"},
	{"oid": "1.3.6.1.2.1.2.2.1.16.2", "name": "ifOutOctets.2", "unit": "bytes"},
	{"oid": "1.3.6.1.2.1.25.3.3.1.2.1", "name": "hrProcessorLoad.1", "unit": "%"},
}

func walkDevice(c *call, r *resource, device row) *response {
	id := device["id"].(int64)
	return c.queued(func(at time.Time) {
		c.s.runPoll(id, at)
		c.s.finishWalk(id)
	})
}

// finishWalk adds the OIDs of a device that are not known yet. They are not monitored until
// somebody asks for it.
func (s *Server) finishWalk(device int64) {
	if s.tables["devices"].row(device) == nil { // deleted in the meantime
		return
	}
	t, known := s.tables["oids"], map[any]bool{}
	for _, id := range t.ids {
		if oid := t.row(id); oid["device_id"] == device {
			known[oid["oid"]] = true
		}
	}
	for _, found := range walked {
		if !known[found["oid"]] {
			t.add(row{"device_id": device, "oid": found["oid"], "name": found["name"], "unit": found["unit"], "is_monitored": false})
		}
	}
}
