#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Law 9: connections by the hundred that say nothing hold bounded memory for a
# bounded time, and the good peer can go and come back meanwhile.
# seconds: 300
# shellcheck source=lib.sh
. ./lib.sh
pair_up
innet a stranger 10.0.0.2 hold 300 >/tmp/held &
stranger=$!
wait_for 30 grep -q held /tmp/held
# What a stranger may send before he has proven anything is little; the two streams and the
# control stream of the good peer have more room.
count() { awk "\$1 $1 131072" /tmp/rooms | wc -l; }
if modprobe tcp_diag 2>/dev/null; then
	node b ss -Htnm state established 'sport = 8459' >/tmp/room
	grep -o ',rb[0-9]*' /tmp/room | cut -c4- >/tmp/rooms
	say "$(count '<=') have little room, $(count '>') have more"
	[ "$(count '<=')" -ge 20 ] || fail "strangers have much room"
	[ "$(count '>')" = 3 ] || fail "the good peer has 3 streams"
else
	say "this kernel does not tell what room a connection has"
fi
fio_job good /dev/dyad0 --rw=randwrite --bs=4k --time_based --runtime=3 \
	--max_latency=$((2 * SLOW))s
link_is a connected || fail "the good session ended"
node a dyad -q disconnect r0
disconnected
write_random /dev/dyad0 0 64
node a dyad -q connect r0
synced
disks_equal
[ -e /proc/$stranger ] || fail "the strangers have given up"
kill $stranger
few() { [ "$(node b ss -Htn state established 'sport = 8459' | wc -l)" -le 20 ]; }
wait_for 40 few
