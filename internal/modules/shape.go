// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import "github.com/acsmon/acsmon-ansible/acsmon"

// Shape is where a module expects its resource, and under which keys its fields.
type Shape struct {
	Module string
	Path   string // of the list, such as "/monitors"
	Fields []ShapeField
}

// ShapeField is a field of a module.
type ShapeField struct {
	Name   string
	Keys   []string // where a row may show it, the likeliest first
	Secret bool     // the server takes it but does not show it
}

// Shapes returns those of the resources that have a list of their own.
func Shapes(client *acsmon.Client) []Shape {
	var shapes []Shape
	for _, r := range resources {
		if r.under != nil {
			continue
		}
		list, ok := r.store(client).(interface{ Path() string })
		if !ok {
			continue
		}
		shape := Shape{Module: r.name, Path: list.Path()}
		for _, f := range r.kind.Fields {
			shape.Fields = append(shape.Fields, ShapeField{Name: f.Name, Keys: f.Paths(), Secret: f.Secret()})
		}
		shapes = append(shapes, shape)
	}
	return shapes
}
