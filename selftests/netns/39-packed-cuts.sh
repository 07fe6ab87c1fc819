#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Packed data over cuts of the link: the setting changes under load, each session uses what
# is set, and what is read is what was written (law 1); a resync is packed, and so are
# answers to reads.
# seconds: 300
# shellcheck source=lib.sh
. ./lib.sh
ground
frail_disks
pair_join

say "the setting changes under load, over cuts, with a resync after each"
touch /tmp/loading
while [ -e /tmp/loading ]; do
	fio_job load /dev/dyad0 --rw=randwrite --bsrange=4k-128k --size=24m --number_ios=2000 --verify_backlog=64 \
		--buffer_compress_percentage=70 --refill_buffers --verify=crc32c --verify_fatal=1
done &
job=$!
for kind in zstd none lz4; do
	node a dyad -q set r0 compression $kind
	writing 60
	link_cut
	node a dyad -q wait r0 disconnected timeout $((20 * SLOW))
	writing 60
	link_heal
	node a dyad -q wait r0 connected timeout $((20 * SLOW))
	expect $kind field a '.peer[0].compression'
done
rm /tmp/loading
wait $job || fail "fio failed"
synced
disks_equal

say "a resync is packed, and so are answers to reads"
node b dyad -q set r0 compression lz4
link_cut
disconnected
fio_job alone /dev/dyad0 --rw=write --bs=64k --size=8m --buffer_compress_percentage=80 --refill_buffers
link_heal
synced
from=$(field a '.peer[0]["packed-from"]')
to=$(field a '.peer[0]["packed-to"]')
say "the resync: $from bytes became $to"
[ "$from" -ge $((8 << 20)) ] || fail "not all of the resync was to be packed"
[ "$to" -lt $((from / 2)) ] || fail "the resync was hardly packed"
want=$(read_sum /dev/dyad0 0 2048)
from=$(field b '.peer[0]["packed-from"]')
frail a 0 2048 reads
expect "$want" read_sum /dev/dyad0 0 2048
frail a 0 2048 nothing
from=$(($(field b '.peer[0]["packed-from"]') - from))
say "answers of $from bytes were packed"
[ $from -gt 0 ] || fail "the answers were not packed"
disks_equal
