#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Data that goes to the peer is packed with lz4 or zstd if that is set: fewer bytes on the
# wire, the same on both disks (law 1), in each mode; what does not get smaller goes as it
# is, and so does all if the kernel here or there lacks it; the setting counts from the next
# session.
# seconds: 450
# shellcheck source=lib.sh
. ./lib.sh
ground
disks_up
for n in a b; do node_up $n r0; done
expect_fail "lz4" node a dyad set r0 compression gzip
expect none field a .compression
node a dyad -q promote r0 --force

sent() { field a '.peer[0].sent'; }
caught_up() { [ "$(field a .lag)" = 0 ]; }

# share NAME FIO-OPTION...: write 4 MiB; what went over the wire, in percent of that
share() {
	local before after name=$1
	shift
	before=$(sent)
	fio_job "$name" /dev/dyad0 --refill_buffers --size=4m "$@"
	[ "$(field a .mode)" != async ] || wait_for 30 caught_up
	after=$(sent)
	share=$(((after - before) * 100 / (4 << 20)))
	say "$name: $share % went over the wire"
}
verified="--verify=crc32c --verify_fatal=1 --do_verify=1"

packed() { # KIND: all that it does
	local kind=$1
	node a dyad -q set r0 compression "$kind" mode sync
	connect
	synced
	expect "$kind" field a '.peer[0].compression'
	expect nothing field a '.peer[0]["compression-lack"]'
	# Each side says for itself.
	expect none field b '.peer[0].compression'
	log_has "data to b is packed with $kind" || fail "the log does not say so"
	say "work space of $kind, $(field a '.peer[0].streams') streams: $(awk '/lz4|zstd/ { n += $2 }
		END { print n }' /proc/vmallocinfo) bytes"
	for mode in sync memsync async; do
		node a dyad -q set r0 mode $mode
		# shellcheck disable=SC2086 # words
		share "$kind"-$mode --rw=randwrite --bsrange=4k-512k --buffer_compress_percentage=80 $verified
		[ $share -lt 50 ] || fail "hardly packed"
		disks_equal
	done
	share "$kind"-random --rw=write --bs=64k
	[ $share -le 103 ] || fail "larger than it was"
	share "$kind"-large --rw=write --bs=1m
	[ $share -le 103 ] || fail "larger than it was"
	# Part of a message may be worth it, wherever it is, a sector is not.
	share "$kind"-late --rw=write --bs=1m --buffer_compress_percentage=70
	[ $share -lt 45 ] || fail "hardly packed"
	disks_equal
	share "$kind"-mixed --rw=randwrite --bs=132k --buffer_compress_percentage=50
	[ $share -lt 90 ] || fail "hardly packed"
	fio_job small /dev/dyad0 --rw=write --bs=512 --number_ios=20 --size=64k
	disks_equal
	[ "$(field a '.peer[0]["packed-to"]')" -lt "$(field a '.peer[0]["packed-from"]')" ] ||
		fail "the counters do not say so"
	node a dyad status r0 | grep -q "data goes packed with $kind: " || fail "the status does not"
	node a dyad -q disconnect r0
	node b dyad -q disconnect r0
	disconnected
}

packed lz4
packed zstd

say "what was not set, or was reset, goes as it is"
node a dyad -q set r0 compression none mode sync
connect
synced
share none --rw=write --bs=64k --buffer_compress_percentage=80
[ $share -ge 100 ] || fail "packed all the same"
expect 0 field a '.peer[0]["packed-from"]'
node a dyad -q set r0 compression zstd
node a dyad status r0 | grep -q "zstd counts from the next session" || fail "the status does not say"
expect none field a '.peer[0].compression'
disks_equal

say "a kernel without it: at this node, and at the peer"
ends() {
	node a dyad -q disconnect r0
	node b dyad -q disconnect r0
	disconnected
}
ends
gone() { rmmod zstd 2>/dev/null || ! grep -q '^zstd ' /proc/modules; }
wait_for 20 gone
file=$(find "/lib/modules/$(uname -r)" -name zstd.ko)
mv "$file" /tmp/zstd.ko
connect
synced
# The wish is there from before.
expect zstd field a .compression
expect none field a '.peer[0].compression'
expect peer field a '.peer[0]["compression-lack"]'
log_has "data to b is not packed: the peer's version or kernel cannot unpack it" ||
	fail "the log does not say so"
share without --rw=write --bs=64k --buffer_compress_percentage=80
[ $share -ge 100 ] || fail "packed all the same"
expect_fail "this kernel has no such compression" node a dyad set r0 compression zstd
node a dyad -q set r0 compression lz4
expect_fail "this kernel has no such compression" node a dyad set r0 compression zstd resync-rate 5M
expect 0 field a '["resync-rate"]'
mv /tmp/zstd.ko "$file"
disks_equal
