#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What waits for others, to share a segment, does not wait for ever: the last of many requests
# that are under way to a peer far away, which nothing comes after, and in async those after
# which the application is silent; both disks are equal (laws 1, 11). How many share one is a
# matter of the machine's speed: see selftests/bench.
# seconds: 300
# shellcheck source=lib.sh
. ./lib.sh
# Pings look after what has been forgotten: each 15 s only here, which is too late for what
# is looked at below.
PING=60000
segments() { node a cat /proc/net/snmp | awk '$1 == "Tcp:" && n++ { print $12 }'; }
at_peer() { [ "$(field a .lag)" = 0 ]; }
writes() { # DEPTH COUNT [OPTION]...
	fio_job writes /dev/dyad0 --ioengine=libaio --rw=randwrite --bs=4k --size=24m \
		--max_latency=$((5 * SLOW))s --iodepth="$1" --number_ios="$2" "${@:3}"
}
pair_up
node a dyad -q disconnect r0
ip -n a link set va mtu 65535
ip -n b link set vb mtu 65535
for n in a b; do
	node $n tc qdisc replace dev v$n root netem delay 10ms limit 100000
done
node a dyad -q connect r0
synced
before=$(segments)
writes 32 1600
say "1600 writes, 32 at a time, in $(($(segments) - before)) segments"
# On one stream: the fifth waits for a sixth.
for ((n = $(rounds 16 6 6); n; n--)); do
	writes 5 5 --cpus_allowed=0
done
for depth in 1 2 6 7 13 32; do
	writes $depth $depth --cpus_allowed=0
	writes $depth $((5 * depth)) --fdatasync=4
done
disks_equal
node a dyad -q set r0 mode async
for kib in 4 8 28 256 4; do
	write_random /dev/dyad0 $((4 * kib)) $kib
	wait_for 6 at_peer
done
before=$(segments)
writes 1 800
wait_for 60 at_peer
say "in async: 800 writes in $(($(segments) - before)) segments"
writes 1 50 --fdatasync=3
wait_for 6 at_peer
disks_equal
# All of it, whoever waits: the mode changes when the peer has what was held back.
writes 7 300
node a dyad -q set r0 mode sync
disks_equal
