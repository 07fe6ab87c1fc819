#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Rule H2: the primary's disk fails, and its I/O goes on by the peer's as if nothing had
# happened. The peer keeps track; it may lead without a word, and when the disk is back
# what has changed is copied, not everything.
# shellcheck source=lib.sh
. ./lib.sh
ground
frail_disks
pair_join
write_random /dev/dyad0 0 16384
node a dyad -q suspend r0
node a dyad -q resume r0
generation=$(field b .generation)

fio --name=load --filename=/dev/dyad0 --ioengine=psync --direct=1 --rw=randwrite --bs=4k \
	--offset=16m --size=8m --time_based --runtime=$((600 * SLOW)) --numjobs=4 --thinktime=10000 \
	--fsync=8 --verify=crc32c --do_verify=0 --eta=never >/tmp/fio.load 2>&1 &
load=$!
writing
frail a 0 $((MB * 1024)) all
wait_for 20 leans
writing
kill -0 $load || { sed 's/^/# /' /tmp/fio.load; fail "the application got an error"; }
[ "$(field b .generation)" != "$generation" ] || fail "the peer has not named a generation"
link_is a connected || fail "not connected"
data_is b uptodate || fail "b is not up to date"
expect uptodate field a '.volume[0]["peer-data-state"]'
[ "$(field b '.volume[0].dirty')" -gt 0 ] || fail "the peer does not track"
log_has "the peer's take their place"

# The mode is recorded on the disks: not now, and whoever writes notices nothing.
expect_fail "recorded on all" node a dyad set r0 mode memsync
node a dyad -q set r0 mode sync
link_is a connected || fail "a refused verb has ended the session"
load_goes_on

kill $load
wait $load || true

# A flush gets there, a read comes from there, of any size and place.
write_random /dev/dyad0 4 2044
dd if=/dev/zero of=/dev/dyad0 bs=4k count=3 seek=5 conv=notrunc,fsync status=none
blkdiscard -z -o $((512 * 1024)) -l $((64 * 1024)) /dev/dyad0
sum=$(read_sum /dev/db 0 16384)
read_by() { # BLOCK-SIZE KB
	dd if=/dev/dyad0 bs="$1" count=$(($2 * 1024)) iflag=direct,count_bytes status=none |
		md5sum | cut -c1-32
}
expect "$(read_sum /dev/db 0 64)" read_by 512 64
expect "$(read_sum /dev/db 0 1024)" read_by 4k 1024
expect "$sum" read_by 1M 16384
expect "$sum" read_by 4M 16384
expect_fail "do not hold the same" node a dyad verify start r0

# Once nobody leads here, the peer does, and needs no word for it.
closed() { [ "$(field a '.volume[0].openers')" = 0 ]; }
wait_for 10 closed
node a dyad -q demote r0
wait_for 10 reason_is b "disk"
# Between two of a's attempts to connect, which are all refused.
b_leads() { node b dyad -q promote r0 2>/dev/null; }
wait_for 10 b_leads
expect "$sum" read_sum /dev/dyad1 0 16384
write_random /dev/dyad1 1024 512

# The disk is good again, and comes back.
node a dyad -q disconnect r0
node a dyad -q detach r0
frail a 0 $((MB * 1024)) nothing
attach a r0 da device 0
node a dyad -q connect r0
synced
copied=$(field b '.volume[0]["sync-copied"]')
say "copied after it was back: $copied bytes"
[ "$copied" -lt $((MB * 1024 * 1024 / 2)) ] || fail "copied $copied bytes, of which most did not differ"
same_bytes /dev/da /dev/db || fail "the disks differ"
lead a
same_bytes /dev/da /dev/db || fail "the disks differ"
