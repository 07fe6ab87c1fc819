#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Law 3: a secondary that may have missed writes is not promoted, unless the
# operator accepts the loss.
# shellcheck source=lib.sh
. ./lib.sh
pair_up
link_cut
node b dyad -q wait r0 disconnected timeout $((20 * SLOW))
write_random /dev/dyad0 0 64
expect_fail force node b dyad promote r0
role_is b secondary || fail "promoted all the same"
node b dyad -q promote r0 --force
role_is b primary || fail "--force did not promote"
