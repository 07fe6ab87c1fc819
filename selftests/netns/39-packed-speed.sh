#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What packing gains over a slow link, in numbers: writes in sync and async over 20 Mbit/s,
# with data of which half or a fifth is random; 'selftests/netns/run 39-packed-speed' prints
# them. Ratios in one run: the rest is the machine's.
# seconds: 400
# shellcheck source=lib.sh
. ./lib.sh
MB=64
pair_up
slow_link() {
	for n in a b; do
		node $n tc qdisc replace dev v$n root netem delay 5ms rate 20mbit limit 10000
	done
}
fast_link() {
	for n in a b; do node $n tc qdisc del dev v$n root; done
}
caught_up() { [ "$(field a .mode)" != async ] || [ "$(field a .lag)" = 0 ]; }

# rate PERCENT: kB/s of 16 MiB, of which PERCENT is easy, as fio sees it; what it may be
# ahead in async is little beside that
rate() {
	fio_job speed /dev/dyad0 --rw=write --bs=64k --size=16m --ioengine=libaio --iodepth=16 \
		--refill_buffers --buffer_compress_percentage="$1" --buffer_compress_chunk=4k
	wait_for 60 caught_up
	sed -n 's/.*run=\([0-9]*\)-.*/\1/p' /tmp/fio.speed | tail -1 |
		awk '{ print int(16 * 1048576 / $1) }'
}

node a dyad -q set r0 backlog 1M
declare -A plain
for kind in none lz4 zstd; do
	node a dyad -q disconnect r0
	node b dyad -q disconnect r0
	node a dyad -q set r0 compression $kind
	connect
	synced
	expect $kind field a '.peer[0].compression'
	for mode in sync async; do
		node a dyad -q set r0 mode $mode
		for percent in 50 80; do
			slow_link
			kb=$(rate $percent)
			fast_link
			[ $kind != none ] || plain[$mode$percent]=$kb
			ratio=$((kb * 100 / plain[$mode$percent]))
			say "$kind, $mode, $percent % easy: $kb kB/s, $((ratio / 100)).$((ratio / 10 % 10)) times plain"
			# What half of the bytes need half of the time for; the machine may be busy.
			[ $kind = none ] || [ $ratio -gt 120 ] || fail "nothing was gained"
		done
	done
	node a dyad -q set r0 mode sync
	disks_equal
done
