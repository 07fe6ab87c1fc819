#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Laws 11 and 13, rule H2: the primary's disk answers nothing any more. After io-timeout
# its I/O goes on by the peer's. Only what the disk still has waits, for the disk could
# touch its pages; the status answers and says so. When it is back nothing is lost.
# shellcheck source=lib.sh
. ./lib.sh
LIMIT=$((2 * SLOW))
ground
frail_disks
pair_join
# Later at a, when both requests are at its disk.
node a dyad -q set r0 io-timeout 0 on-no-data suspend
node b dyad -q set r0 io-timeout $LIMIT
write_random /dev/dyad0 0 16384
hangs() { [ "$(field a '.held["disk-hangs"]')" = true ]; }
back() { [ "$(field a '.held["disk-hangs"]')" = false ]; }
one() { # BLOCK: written, read again
	dd if=/dev/urandom of="/tmp/block$1" bs=4k count=1 status=none
	dd if="/tmp/block$1" of=/dev/dyad0 bs=4k seek="$1" oflag=direct conv=notrunc status=none
}
in_flight() { [ "$(field a '.volume[0].pending')" -ge "$1" ]; }

dmsetup suspend --noflush da
(one 1 && echo ended) >/tmp/write1 2>&1 &
writer=$!
(dd if=/dev/dyad0 bs=4k count=1 skip=2 iflag=direct status=none | md5sum) >/tmp/read2 2>&1 &
reader=$!
wait_for 10 in_flight 2
begin=$SECONDS
node a dyad -q set r0 io-timeout $LIMIT
until leans; do
	answers a
	[ $((SECONDS - begin)) -lt $((30 * SLOW)) ] || fail "the primary waits for ever"
	sleep 0.2
done
took=$((SECONDS - begin))
say "the primary goes on by the peer's disk after $took s"
[ $took -le $((2 * LIMIT + 15 * SLOW)) ] || fail "io-timeout is $LIMIT s"
hangs || fail "the status does not say that the disk hangs"
answers a
grep -q "I/O waits: disk-hangs" /tmp/status || fail "the status does not say: disk-hangs"

# What comes now goes on, and is where it belongs.
timeout $((20 * SLOW)) dd if=/dev/urandom of=/dev/dyad0 bs=64k seek=16 count=16 \
	oflag=direct conv=notrunc,fsync status=none || fail "a write waits"
expect "$(read_sum /dev/rawb 1024 1024)" read_sum /dev/dyad0 1024 1024
# What the disk has does not: it has the pages.
[ ! -s /tmp/write1 ] || fail "the write ended: $(cat /tmp/write1)"
[ ! -s /tmp/read2 ] || fail "the read ended: $(cat /tmp/read2)"
for verb in "demote r0" "suspend r0" "detach r0"; do
	# shellcheck disable=SC2086
	expect_fail "cannot" timeout $((10 * SLOW)) innet a dyad $verb
	answers a
done
expect_fail "has not given back yet" node a dyad suspend r0

# The peer is lost and found meanwhile; that does not wait for the disk either.
link_cut
disconnected
answers a
link_heal
node a dyad -q wait r0 connected timeout $((20 * SLOW))
wait_for 20 leans
one 3

# The disk has answered: what it had ends, and the peer has it.
dmsetup resume da
wait $writer $reader
expect ended cat /tmp/write1
cmp -n 4096 -i 0:4096 /tmp/block1 /dev/rawb || fail "the peer lacks what was acknowledged"
cmp -n 4096 -i 0:12288 /tmp/block3 /dev/rawb || fail "the peer lacks what was acknowledged"
expect "$(read_sum /dev/rawb 8 4)  -" cat /tmp/read2
wait_for 10 back
data_is a failed || fail "a counts again"

# It is given back to the pair, and what it missed is copied.
closed() { [ "$(field a '.volume[0].openers')" = 0 ]; }
wait_for 10 closed
node a dyad -q demote r0
b_leads() { node b dyad -q promote r0 2>/dev/null; }
wait_for 10 b_leads
node a dyad -q disconnect r0
node a dyad -q detach r0
attach a r0 da device 0
node a dyad -q connect r0
synced
same_bytes /dev/rawa /dev/rawb || fail "the disks differ"

# Without a peer that could take its place it is not given up: I/O waits for it, and goes on.
node b dyad -q demote r0
node a dyad -q set r0 io-timeout $LIMIT
node a dyad -q promote r0
node a dyad -q disconnect r0
dmsetup suspend --noflush da
(one 5 && echo ended) >/tmp/write5 2>&1 &
writer=$!
wait_for 20 hangs
answers a
for verb in "demote r0" "detach r0" "disconnect r0"; do
	# shellcheck disable=SC2086
	expect_fail "has not given back yet" timeout $((10 * SLOW)) innet a dyad $verb
	answers a
done
data_is a uptodate || fail "a was given up, though nobody has its data"
dmsetup resume da
wait $writer
expect ended cat /tmp/write5
wait_for 10 back
node a dyad -q connect r0
synced
same_bytes /dev/rawa /dev/rawb || fail "the disks differ"
