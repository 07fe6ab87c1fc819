#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Demote is refused while the device is open for writing, with the reason;
# afterwards it works.
# shellcheck source=lib.sh
. ./lib.sh
pair_up
exec 7<>/dev/dyad0
expect_fail open node a dyad demote r0
role_is a primary || fail "the role changed all the same"
exec 7>&-
node a dyad -q demote r0
role_is a secondary || fail "still primary"
