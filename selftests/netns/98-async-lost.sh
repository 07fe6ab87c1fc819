#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# async: the word that the peer is off never suffices, fencing or not (H1, law 3); with
# fencing I/O waits at the loss of the peer all the same, and nothing that was
# acknowledged is lost when it is back; a peer that fails to write no longer counts (H15).
# seconds: 240
# shellcheck source=lib.sh
. ./lib.sh
. ./fence.sh
PING=$((700 * SLOW))
ground
frail_disks
pair_join
fencing required required
slow_link() {
	for n in a b; do
		node $n tc qdisc replace dev v$n root netem delay 25ms rate 2mbit limit 100000
	done
}
slow_link
node a dyad -q set r0 mode async backlog 4M
fall_behind 0 3072
sum=$(read_sum /dev/dyad0 0 3072)
[ "$(field a .lag)" -gt 1000000 ] || fail "the peer has everything: nothing is shown"
link_cut
node b dyad -q wait r0 disconnected timeout $((20 * SLOW))
wait_for 20 fence_is pending
expect_fail "in async mode" node b dyad promote r0 --fenced
expect_fail "in async mode" node b dyad promote r0
expect_fail "the two may differ" node b dyad set r0 mode sync
dd if=/dev/urandom of=/dev/dyad0 bs=4k count=1 seek=1000 oflag=direct conv=notrunc status=none &
writer=$!
waits() { [ "$(field a '.volume[0].waiting')" -gt 0 ]; }
wait_for 10 waits
node a dyad -q fence r0 "done"
wait $writer || fail "a write that waited for fencing has failed"
link_heal
synced
expect "$sum" read_sum /dev/rawb 0 3072
same_bytes /dev/rawa /dev/rawb || fail "the disks differ"

say "the peer's disk fails a write that has completed"
frail b 8192 64 all
write_random /dev/dyad0 8192 64
sum=$(read_sum /dev/dyad0 8192 64)
wait_for 20 reason_is a "disk"
! data_is b uptodate || fail "the peer still counts as up to date"
expect_fail "" node b dyad promote r0
write_random /dev/dyad0 4096 64
frail b 8192 64 nothing
node b dyad -q disconnect r0
node b dyad -q detach r0
attach b r0 db device 1
node b dyad -q connect r0
node a dyad -q connect r0
synced
expect "$sum" read_sum /dev/rawb 8192 64
same_bytes /dev/rawa /dev/rawb || fail "the disks differ"
