#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Law 3: a node that was outdated does not lead, on whatever word but force, also after a
# restart; refused where it would not be true.
# shellcheck source=lib.sh
. ./lib.sh
. ./fence.sh
PING=$((700 * SLOW))
pair_up
fencing required required
expect_fail "demote it first" node a dyad outdate r0
expect_fail "the peer is connected" node b dyad outdate r0
link_cut
node b dyad -q wait r0 disconnected timeout $((20 * SLOW))
node b dyad -q outdate r0
data_is b outdated || fail "b is $(field b '.volume[0]["data-state"]')"
node b dyad -q outdate r0
expect_fail "went on without" node b dyad promote r0
expect_fail "went on without" node b dyad promote r0 --fenced
# The machine stops without another word.
crash b
node_up b r0
data_is b outdated || fail "after a restart b is $(field b '.volume[0]["data-state"]')"
expect_fail "went on without" node b dyad promote r0 --fenced
wait_for 20 fence_is pending
node a dyad -q fence r0 "done"
write_random /dev/dyad0 0 64
link_heal
connect
synced
data_is b uptodate || fail "b is $(field b '.volume[0]["data-state"]')"
disks_equal
lead b || fail "b cannot lead again"
