#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# async, and what needs the peer to be where the primary is: while the resource is
# suspended both disks hold the same (law 2); what the primary's disk cannot read is not
# older when the peer serves it (law 1); while the peer catches up the status answers, and
# says who waits (law 11).
# seconds: 240
# shellcheck source=lib.sh
. ./lib.sh
ground
frail_disks
pair_join
link_is_slow() { # RATE
	local n
	for n in a b; do
		node $n tc qdisc replace dev v$n root netem delay 25ms rate "$1" limit 100000
	done
}
link_is_slow $((4000 / SLOW))kbit
node a dyad -q set r0 mode async backlog 4M
lagging() { [ "$(field a .lag)" -gt 2000000 ]; }
fio --name=load --filename=/dev/dyad0 --ioengine=psync --direct=1 --rw=randwrite --bs=16k \
	--size=16m --time_based --runtime=$((600 * SLOW)) --numjobs=4 --fsync=16 --eta=never \
	>/tmp/fio.load 2>&1 &
load=$!
rounds=$(rounds 3 1 1)
for ((round = 1; round <= rounds; round++)); do
	wait_for 30 lagging
	node a dyad -q suspend r0 &
	word=$!
	wait_for 20 node a dyad -q status r0
	[ -e /proc/$word ] || fail "round $round: suspended before the status was asked for"
	wait $word || fail "round $round: not suspended"
	[ "$(field a .held.suspended)" = true ] || fail "the status does not say so"
	expect 0 field a .lag
	same_bytes /dev/rawa /dev/rawb || fail "round $round: suspended, but the disks differ"
	sum=$(read_sum /dev/rawb 0 $((MB * 1024)))
	! written_since || ! written_since || fail "writes end while suspended"
	expect "$sum" read_sum /dev/rawb 0 $((MB * 1024))
	node a dyad -q resume r0
done
kill $load
wait $load || true

say "a read that the peer has to serve, behind a lag"
link_is_slow $((2000 / SLOW))kbit
fall_behind 20480 3072
write_random /dev/dyad0 20480 64
want=$(read_sum /dev/dyad0 20480 64)
write_random /dev/rawa 20480 64
frail a 20480 64 reads
lag=$(field a .lag)
[ "$lag" -gt 100000 ] || fail "the lag was only $lag: nothing is shown"
expect "$want" read_sum /dev/dyad0 20480 64
expect "$want" read_sum /dev/rawa 20480 64
[ "$(field a '.volume[0]["peer-reads"]')" -gt 0 ] || fail "the peer was not asked"
link_is a connected || fail "the session has ended"

say "a planned failover, with a lag"
fall_behind 0 1536
lead b
same_bytes /dev/rawa /dev/rawb || fail "demoted before the peer had all"
node b dyad -q demote r0
