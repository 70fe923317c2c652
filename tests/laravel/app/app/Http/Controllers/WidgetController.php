<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Controllers;

use App\Http\Requests\WidgetRequest;
use App\Http\Resources\WidgetResource;
use App\Models\Dashboard;
use App\Models\Widget;
use Illuminate\Http\Request;
use Illuminate\Support\Arr;
use Illuminate\Support\Facades\DB;

class WidgetController extends Controller
{
    protected string $resource = WidgetResource::class;

    public function index(Dashboard $dashboard)
    {
        return $this->page($dashboard->widgets());
    }

    public function store(WidgetRequest $request, Dashboard $dashboard)
    {
        return $this->created($dashboard->widgets()->create($request->row()));
    }

    public function update(WidgetRequest $request, Widget $widget)
    {
        $widget->update($request->row());

        return $this->updated($widget);
    }

    public function destroy(Widget $widget)
    {
        return $this->deleted($widget);
    }

    /** Moves several widgets at once. */
    public function positions(Request $request)
    {
        $cell = ['required', 'integer', 'between:0,1000'];
        $given = $request->validate([
            'positions' => ['required', 'array'],
            'positions.*.id' => ['required', 'exists:widgets,id'],
            'positions.*.x' => $cell,
            'positions.*.y' => $cell,
            'positions.*.w' => $cell,
            'positions.*.h' => $cell,
        ])['positions'];
        DB::transaction(function () use ($given) {
            foreach ($given as $position) {
                Widget::whereKey($position['id'])->update(Arr::only($position, ['x', 'y', 'w', 'h']));
            }
        });

        return response()->json(['message' => 'Positions saved.']);
    }
}
