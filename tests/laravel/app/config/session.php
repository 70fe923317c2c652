<?php

// SPDX-License-Identifier: GPL-3.0-or-later

return ['driver' => 'array', 'cookie' => 'acs_session', 'lifetime' => 120, 'lottery' => [0, 1], 'path' => '/'];
