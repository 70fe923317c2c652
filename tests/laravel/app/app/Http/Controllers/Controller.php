<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Controllers;

use App\Models\Model;
use Illuminate\Database\Eloquent\Builder;
use Illuminate\Database\Eloquent\Relations\Relation;
use Illuminate\Routing\Controller as BaseController;
use Illuminate\Support\Facades\Gate;
use Illuminate\Validation\ValidationException;

/**
 * The answers that all controllers give alike: lists, single rows, refusals.
 */
abstract class Controller extends BaseController
{
    /** The resource class that shows a row. */
    protected string $resource;

    public function callAction($method, $parameters)
    {
        if ($slug = request()->attributes->get('permission')) {
            Gate::authorize($slug);
        }

        return parent::callAction($method, $parameters);
    }

    /** A page of the rows that the request's query selects. */
    protected function page(Builder|Relation $query, ?string $resource = null)
    {
        $request = request();
        $model = $query->getModel();
        foreach ((array) $request->query('filter', []) as $column => $value) {
            if ($value === null || is_array($value)) {
                continue;
            }
            if (! $model->selects($column)) {
                $this->unknown('filter', "filter[$column]", $column);
            } else {
                $query->filter($column, $value);
            }
        }
        if ($sort = (string) $request->query('sort')) {
            $column = ltrim($sort, '-');
            if (! $model->selects($column)) {
                $this->unknown('sort', 'sort', $column);
            } else {
                $query->orderBy($column, $sort[0] === '-' ? 'desc' : 'asc');
            }
        }
        $search = (string) $request->query('search');
        if ($search !== '' && config('acs.search') !== 'ignored') {
            $query->search($search);
        }

        return $this->paginated($query->orderBy($model->getQualifiedKeyName()), $resource ?? $this->resource);
    }

    /** Refuses what a list cannot select by, or ignores it. */
    private function unknown(string $what, string $parameter, string $column): void
    {
        match (config('acs.unknown')) {
            '400' => abort(400, "Requested {$what}(s) `$column` are not allowed."),
            '422' => throw ValidationException::withMessages([$parameter => "The selected $parameter is invalid."]),
            default => null,
        };
    }

    private function paginated($query, string $resource)
    {
        $size = config('acs.numbers') === 'strings' ? (string) $this->size() : $this->size();
        $envelope = config('acs.envelope');
        $page = match ($envelope) {
            'simple' => $query->simplePaginate($size),
            'cursor' => $query->cursorPaginate($size),
            default => $query->paginate($size),
        };
        if (config('acs.next-page') === 'query') {
            $page->withQueryString();
        }
        if ($envelope === 'paginator') {
            return response()->json($page->through(fn ($row) => (new $resource($row))->resolve()));
        }

        return new \App\Http\Resources\Page($page, $resource);
    }

    private function size(): int
    {
        $size = (int) request()->query('per_page');
        $cap = config('acs.per_page_cap');
        if ($size > $cap && config('acs.per-page') === '422') {
            request()->validate(['per_page' => "integer|max:$cap"]);
        }

        return min($size < 1 ? 50 : $size, $cap);
    }

    protected function one(Model $row)
    {
        return new $this->resource($row);
    }

    protected function created(Model $row)
    {
        if (config('acs.create-shows') === 'all') {
            $row->refresh();
        }

        return $this->one($row)->response()->setStatusCode((int) config('acs.created'));
    }

    protected function updated(Model $row)
    {
        return $this->one(config('acs.updated') === 'fresh' ? $row->refresh() : $row);
    }

    protected function deleted(Model $row)
    {
        $row->delete();

        return config('acs.deleted') === '204' ? response()->noContent() : response()->json(['message' => class_basename($row) . ' deleted.']);
    }

    /** What is answered to work that is done later. */
    protected function queued()
    {
        return response()->json(['queued' => true, 'job_id' => (string) \Illuminate\Support\Str::uuid()], (int) config('acs.queued'));
    }
}
