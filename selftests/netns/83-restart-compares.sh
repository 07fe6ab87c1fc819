#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A node that was restarted knows nothing of its data: everything is compared
# when it returns, and only what differs is copied.
# shellcheck source=lib.sh
. ./lib.sh
pair_up
write_random /dev/dyad0 0 16384
node b dyad -q delete r0
node a dyad -q wait r0 disconnected timeout $((20 * SLOW))
write_random /dev/dyad0 2048 256
node_up b r0
data_is b inconsistent || fail "a restarted node counts as $(field b '.volume[0]["data-state"]')"
node b dyad -q connect r0
synced
disks_equal
copied=$(field a '.volume[0]["sync-copied"]')
if [ "$copied" -lt $((256 * 1024)) ] || [ "$copied" -gt $((4096 * 1024)) ]; then
	fail "copied $copied bytes for 262144 that changed"
fi
