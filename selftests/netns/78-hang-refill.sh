#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Laws 11 and 13: a primary's disk hangs, and so does the one that takes its place, in the
# middle of being given what it lacks. Neither is released or replaced before it has given
# back what it had; I/O goes on by the peer's meanwhile, and in the end both hold the same.
# shellcheck source=lib.sh
. ./lib.sh
MB=16
LIMIT=$((2 * SLOW))
ground
frail_disks
spare_disk
pair_join
node a dyad -q set r0 io-timeout $LIMIT
dd if=/dev/urandom of=/dev/dyad0 bs=1M count=$MB oflag=direct status=none
hangs() { [ "$(field a '.held["disk-hangs"]')" = true ]; }
back() { [ "$(field a '.held["disk-hangs"]')" = false ]; }
copies() {
	[ "$(field a '.volume[0]["sync-role"]')" = target ] &&
		[ "$(field a '.volume[0]["sync-copied"]')" -gt 0 ]
}
goes_on() {
	timeout $((30 * SLOW)) dd if=/dev/urandom of=/dev/dyad0 bs=64k seek=224 count=16 \
		oflag=direct conv=notrunc,fsync status=none || fail "a write waits"
}
# The verbs that would let it go, with what it still has.
kept() {
	expect_fail "has not given back yet" node a dyad detach r0
	expect_fail "has not given back yet" node a dyad attach r0 disk /dev/dn meta /dev/mdn
	data_is a failed || fail "a is not as it was"
}

dmsetup suspend --noflush da
(dd if=/dev/urandom of=/dev/dyad0 bs=4k count=1 oflag=direct conv=notrunc status=none &&
	echo ended) >/tmp/write 2>&1 &
writer=$!
wait_for $((30 * SLOW)) leans
hangs || fail "the status does not say that the disk hangs"
kept
goes_on
dmsetup resume da
wait $writer
expect ended cat /tmp/write
wait_for 20 back

# Another one instead; it does not get far.
node a dyad -q set r0 resync-rate 128K
node a dyad -q detach r0
data_is a diskless || fail "a has a disk still"
node a dyad -q attach r0 disk /dev/dn meta /dev/mdn
wait_for 20 copies
dmsetup suspend --noflush dn
wait_for $((30 * SLOW)) leans
hangs || fail "the status does not say that the new disk hangs"
kept
goes_on

# It has answered, and is given what it lacks from the beginning.
dmsetup resume dn
wait_for 20 back
data_is a failed || fail "a counts again"
node a dyad -q set r0 resync-rate 0
node a dyad -q attach r0 disk /dev/dn meta /dev/mdn
synced
for n in a b; do data_is $n uptodate || fail "$n is not up to date"; done
same_bytes /dev/rawn /dev/rawb || fail "the disks differ"
