<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Controllers;

use App\Http\Resources\MibResource;
use App\Models\Mib;
use Illuminate\Http\Request;
use Illuminate\Validation\ValidationException;

class MibController extends Controller
{
    protected string $resource = MibResource::class;

    public function index()
    {
        return $this->page(Mib::query());
    }

    public function store(Request $request)
    {
        $file = $request->validate(['file' => ['required', 'file', 'max:10240']])['file'];
        $text = $file->get();
        if (! preg_match('/^\s*([A-Za-z][A-Za-z0-9-]*)\s+DEFINITIONS\s*::=\s*BEGIN/m', $text, $found)) {
            throw ValidationException::withMessages(['file' => 'The file is not a MIB.']);
        }

        return $this->created(Mib::create([
            'name' => $found[1],
            'filename' => $file->getClientOriginalName(),
            'size' => $file->getSize(),
            'object_count' => preg_match_all('/\bOBJECT-TYPE\b/', $text),
            'content' => $text,
        ]));
    }

    public function show(Mib $mib)
    {
        return $this->one($mib);
    }

    public function destroy(Mib $mib)
    {
        return $this->deleted($mib);
    }
}
