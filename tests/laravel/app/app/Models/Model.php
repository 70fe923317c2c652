<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Models;

use Illuminate\Database\Eloquent\Builder;
use Illuminate\Database\Eloquent\Model as Eloquent;

/**
 * What all models share: which rows a list's query selects.
 */
abstract class Model extends Eloquent
{
    protected $guarded = [];

    /** The columns that the list's search reads. */
    protected array $searched = ['name'];

    /** The columns that filter[...] and sort know. */
    protected array $selectable = [];

    public function resolveRouteBindingQuery($query, $value, $field = null)
    {
        // PostgreSQL refuses to compare an id with a text or with what is beyond 64 bits.
        return parent::resolveRouteBindingQuery($query, preg_match('/^\d{1,18}$/', $value) ? $value : 0, $field);
    }

    public function selects(string $column): bool
    {
        return $column === 'id' || in_array($column, $this->selectable, true);
    }

    public function scopeSearch(Builder $query, string $text): void
    {
        $pattern = '%' . addcslashes($text, '%_\\') . '%';
        $query->where(function (Builder $query) use ($pattern) {
            foreach ($this->searched as $column) {
                if (str_contains($column, '.')) { // a column of what the row belongs to
                    [$relation, $its] = explode('.', $column);
                    $query->orWhereHas($relation, fn (Builder $related) => $related->where($its, 'ilike', $pattern));
                } else {
                    $query->orWhere($column, 'ilike', $pattern);
                }
            }
            if (config('acs.search') === 'tags' && $this->hasCast('tags')) {
                $query->orWhere('tags', 'ilike', $pattern);
            }
        });
    }

    public function scopeFilter(Builder $query, string $column, string $value): void
    {
        if ($this->hasCast($column, 'boolean') && ! in_array($value, ['0', '1', 'true', 'false'], true)
            || ($column === 'id' || $this->hasCast($column, 'integer')) && ! preg_match('/^-?\d{1,9}$/', $value)) {
            $query->whereRaw('false');
        } else {
            $query->where($column, $value);
        }
    }
}
