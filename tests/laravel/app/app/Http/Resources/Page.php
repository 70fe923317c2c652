<?php

// SPDX-License-Identifier: GPL-3.0-or-later

namespace App\Http\Resources;

use Illuminate\Http\Resources\Json\ResourceCollection;

/**
 * A page of a list, in the envelope that the switch asks for.
 */
class Page extends ResourceCollection
{
    public function __construct($page, string $resource)
    {
        $this->collects = $resource;
        parent::__construct($page);
    }

    public function toArray($request)
    {
        return $this->collection->map->resolve($request)->all();
    }

    /** The framework asks for this in place of its own links and meta. */
    public function paginationInformation($request, array $page, array $default): array
    {
        $envelope = config('acs.envelope');
        if (! in_array($envelope, ['readme', 'last-page', 'last-page-top'], true)) {
            return $default;
        }
        $top = ['next_page_url' => $page['next_page_url']];
        $meta = array_intersect_key($page, array_flip(['current_page', 'from', 'to', 'per_page', 'total']));
        if ($envelope === 'last-page') {
            $meta['last_page'] = $page['last_page'];
        }
        if ($envelope === 'last-page-top') {
            $top += array_intersect_key($page, array_flip(['current_page', 'last_page', 'per_page', 'total']));
        }

        return ['links' => $default['links'], 'meta' => $meta] + $top;
    }
}
