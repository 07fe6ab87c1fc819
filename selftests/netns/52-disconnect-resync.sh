#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The same by the operator's word, with discards and zeroes while apart.
# shellcheck source=lib.sh
. ./lib.sh
ground
loop_disks 24
pair_join
write_random /dev/dyad0 0 8192
node a dyad -q disconnect r0
disconnected
reason_is a operator || fail "reason: $(field a '.peer[0].reason')"
write_random /dev/dyad0 4096 128
blkdiscard -o 1M -l 1M /dev/dyad0
blkdiscard -z -o 3M -l 512K /dev/dyad0
disks_differ
node a dyad -q connect r0
synced
disks_equal
