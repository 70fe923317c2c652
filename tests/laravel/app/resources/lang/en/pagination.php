<?php

// SPDX-License-Identifier: GPL-3.0-or-later

return ['previous' => '&laquo; Previous', 'next' => 'Next &raquo;'];
