// SPDX-License-Identifier: MIT

package acsmon

import (
	"context"
	"slices"
	"strings"
	"time"
)

// Discovery finds devices in networks. Its rows are the scans.
type Discovery struct{ Collection[Fields] }

// Run starts a scan.
func (d Discovery) Run(ctx context.Context, id int64) (Fields, error) {
	return d.client.act(ctx, request{path: under(d.path, id, "run"), permission: "discovery.run"})
}

// Import makes a device of something that a scan found, and a monitor of each service on it. Like a
// create, it is not repeated if its response is lost: see Collection.Create. [ImportedIn] takes the
// device out of the answer.
func (d Discovery) Import(ctx context.Context, result int64, fields Fields) (Fields, error) {
	return d.client.act(ctx, request{path: under("/discovery-results", result, "import"), body: fields, once: true, permission: "discovery.create"})
}

// DiscoveryResult is a host that a scan found.
type DiscoveryResult struct {
	Object
	ID          int64
	Address     string
	Hostname    string
	Description string // sysDescr
	DeviceType  string
	Services    []string // such as "https"
	// Imported says that the result has been imported. DeviceID is the device that it became; 0 if
	// the server does not show it.
	Imported bool
	DeviceID int64
}

// The keys under which a scan and its results may show what the vendor's pages say of them. They
// are a guess: the pages do not name them.
var (
	resultsKeys     = []string{"results", "discovery_results"}
	addressKeys     = []string{"ip_address", "address", "ip", "host"}
	hostnameKeys    = []string{"hostname", "name", "sys_name"}
	descriptionKeys = []string{"sys_descr", "sysDescr", "description"}
	typeKeys        = []string{"device_type", "type"}
	servicesKeys    = []string{"services", "detected_services"}
	serviceKeys     = []string{"type", "name", "service", "protocol"}
	deviceKeys      = []string{"device_id", "imported_device_id"}
	importedKeys    = []string{"imported", "is_imported", "imported_at"}
	scanStamps      = []string{"last_run_at", "finished_at", "completed_at"}
	scanUnfinished  = []string{"queued", "running", "scanning", "processing", "in_progress", "started"}
)

func (d *DiscoveryResult) from(r *row) {
	*d = DiscoveryResult{
		Object: Object{r.fields}, ID: r.whole("id"),
		Address: r.first(addressKeys), Hostname: r.first(hostnameKeys), Description: r.first(descriptionKeys), DeviceType: r.first(typeKeys),
	}
	for _, key := range deviceKeys {
		if d.DeviceID == 0 {
			d.DeviceID = r.whole(key)
		}
	}
	if ref := r.ref("device"); d.DeviceID == 0 && ref != nil {
		d.DeviceID = ref.ID
	}
	imported := r.first(importedKeys)
	d.Imported = d.DeviceID != 0 || imported != "" && imported != "0" && imported != "false" || strings.EqualFold(r.text("status"), "imported")
	for _, key := range servicesKeys {
		if list, isList := r.fields[key].([]any); isList && d.Services == nil {
			d.Services = servicesIn(list)
		}
	}
}

// first returns the text of the first of several keys that has one.
func (r *row) first(keys []string) string {
	for _, key := range keys {
		if found := text(r.fields[key]); found != "" {
			return r.text(key)
		}
	}
	return ""
}

// servicesIn returns the names of services, which come as such or as objects.
func servicesIn(list []any) []string {
	services := []string{}
	for _, service := range list {
		object, isObject := service.(map[string]any)
		if !isObject {
			services = append(services, text(service))
			continue
		}
		inside := row{fields: object}
		services = append(services, inside.first(serviceKeys))
	}
	return services
}

// ResultsIn returns what a scan found, and whether the scan shows that at all. A list of scans need
// not show it; Get does.
func ResultsIn(scan Fields) (results []DiscoveryResult, shown bool, err error) {
	for _, key := range resultsKeys {
		list, isList := scan[key].([]any)
		if !isList {
			continue
		}
		for _, element := range list {
			object, _ := element.(map[string]any)
			result, err := decodeRow[DiscoveryResult](object)
			if err != nil {
				return nil, true, err
			}
			results = append(results, result)
		}
		return results, true, nil
	}
	return nil, false, nil
}

// ScanFinished reports whether a scan is finished now that was asked for at a time, when it was as
// before. If it does not show when it ran, its status has to be another than before. Times are in
// seconds, so a scan that ended in the second of the request or later is finished, even if the one
// before it shows the same time.
func ScanFinished(before, now Fields, asked time.Time) bool {
	status := strings.ToLower(text(now["status"]))
	if ScanUnderWay(now) || status == "pending" {
		return false
	}
	stamped := false
	for _, key := range scanStamps {
		was, is := text(before[key]), text(now[key])
		if is != "" && (is != was || since(is, asked)) {
			return true
		}
		stamped = stamped || is != "" || was != ""
	}
	return !stamped && status != strings.ToLower(text(before["status"]))
}

// since reports whether a time is that of the request, in seconds, or a later one. A time that is
// yet to come is of another clock, and says nothing.
func since(stamp string, asked time.Time) bool {
	at, err := ParseTime(stamp)
	return err == nil && !at.Before(asked.Truncate(time.Second)) && time.Until(at) < 2*time.Second
}

// ScanUnderWay reports whether a scan says that it is running.
func ScanUnderWay(scan Fields) bool {
	return slices.Contains(scanUnfinished, strings.ToLower(text(scan["status"])))
}

// ImportedIn returns the device and the monitors that the answer of an import shows; nil, if it
// does not show them. The form of the answer is not public.
func ImportedIn(answer Fields) (device Fields, monitors []Fields) {
	device, _ = answer["device"].(map[string]any)
	if device == nil && answer["id"] != nil && answer["discovery_id"] == nil && answer["discovery_job_id"] == nil {
		device = answer
	}
	list, isList := answer["monitors"].([]any)
	if !isList && device != nil {
		list, isList = device["monitors"].([]any)
	}
	if isList {
		monitors = []Fields{}
	}
	for _, element := range list {
		if monitor, isObject := element.(map[string]any); isObject {
			monitors = append(monitors, monitor)
		}
	}
	return device, monitors
}
