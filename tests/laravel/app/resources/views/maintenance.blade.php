{{-- SPDX-License-Identifier: GPL-3.0-or-later --}}
<!DOCTYPE html>
<html lang="en"><head><title>NetWatch Pro</title></head><body><h1>We are making NetWatch Pro even better</h1><p>It will be back in a moment.</p></body></html>
