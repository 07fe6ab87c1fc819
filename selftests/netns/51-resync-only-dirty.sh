#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# After a cut only what changed is copied, not the disk.
# shellcheck source=lib.sh
. ./lib.sh
pair_up
link_cut
node a dyad -q wait r0 disconnected timeout $((20 * SLOW))
write_random /dev/dyad0 1024 64
write_random /dev/dyad0 20480 64
expect $((128 * 1024)) field a '.volume[0].dirty'
link_heal
synced
disks_equal
copied=$(field a '.volume[0]["sync-copied"]')
if [ "$copied" -lt $((128 * 1024)) ] || [ "$copied" -gt $((1024 * 1024)) ]; then
	fail "copied $copied bytes for 131072 that changed"
fi
expect 0 field a '.volume[0].dirty'
