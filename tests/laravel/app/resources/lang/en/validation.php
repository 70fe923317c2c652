<?php

// SPDX-License-Identifier: GPL-3.0-or-later

// The rules that this application uses, in the words of the framework's version 8.

return [
    'array' => 'The :attribute must be an array.',
    'between' => ['numeric' => 'The :attribute must be between :min and :max.'],
    'boolean' => 'The :attribute field must be true or false.',
    'email' => 'The :attribute must be a valid email address.',
    'exists' => 'The selected :attribute is invalid.',
    'file' => 'The :attribute must be a file.',
    'in' => 'The selected :attribute is invalid.',
    'integer' => 'The :attribute must be an integer.',
    'ip' => 'The :attribute must be a valid IP address.',
    'max' => [
        'file' => 'The :attribute must not be greater than :max kilobytes.',
        'numeric' => 'The :attribute must not be greater than :max.',
        'string' => 'The :attribute must not be greater than :max characters.',
    ],
    'min' => ['string' => 'The :attribute must be at least :min characters.'],
    'regex' => 'The :attribute format is invalid.',
    'required' => 'The :attribute field is required.',
    'string' => 'The :attribute must be a string.',
    'unique' => 'The :attribute has already been taken.',
    'url' => 'The :attribute format is invalid.',
];
