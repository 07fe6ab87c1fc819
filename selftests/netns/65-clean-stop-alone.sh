#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A node that was ahead of its peer and was stopped in order may lead again without
# force: nobody else could, except on somebody's word. One in sync may not.
# shellcheck source=lib.sh
. ./lib.sh
MB=32
pair_up
node b dyad -q delete r0
node a dyad -q wait r0 disconnected timeout $((20 * SLOW))
write_random /dev/dyad0 0 128
node a dyad -q demote r0
node a dyad -q delete r0
node_up a r0
data_is a uptodate || fail "a is $(field a '.volume[0]["data-state"]')"
expect 131072 field a '.volume[0].dirty'
expect 0 field a '.volume[0].hot'
node a dyad -q promote r0
generation=$(field a .generation)
write_random /dev/dyad0 256 4
expect "$generation" field a .generation
node_up b r0
connect
synced
disks_equal
node a dyad -q demote r0
node a dyad -q delete r0
node b dyad -q delete r0
node_up a r0
data_is a consistent || fail "a is $(field a '.volume[0]["data-state"]')"
expect_fail "may have gone on" node a dyad promote r0
