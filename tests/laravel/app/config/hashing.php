<?php

// SPDX-License-Identifier: GPL-3.0-or-later

return ['driver' => 'bcrypt', 'bcrypt' => ['rounds' => 4]];
