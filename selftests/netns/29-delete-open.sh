#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A resource whose device is open is not deleted or detached, with the reason.
# shellcheck source=lib.sh
. ./lib.sh
pair_up
exec 7<>/dev/dyad0
expect_fail open node a dyad delete r0
expect_fail open node a dyad detach r0
exec 7>&-
disks_equal
node a dyad -q delete r0
node b dyad -q wait r0 disconnected timeout $((20 * SLOW))
