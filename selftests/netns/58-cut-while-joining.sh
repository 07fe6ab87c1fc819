#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Rule H20, law 11: the link is cut at some moment while a session is made or a
# role handed over, under writes over a slow link. Nobody waits for the peer
# that is gone: the writer goes on, status answers, and all ends equal.
# seconds: 300
# shellcheck source=lib.sh
. ./lib.sh
PING=$((3000 * SLOW))
pair_up
# Joining takes long. A round trip takes less than a try does at a peer that was near.
for n in a b; do
	node $n tc qdisc add dev v$n root netem delay 80ms
done
writer() {
	local i=0
	while [ ! -e /tmp/stop ]; do
		dd if=/dev/urandom of=/dev/dyad0 bs=4k count=1 seek=$((i++ % 512)) \
			oflag=direct conv=notrunc 2>/dev/null || exit 1
		echo $i >/tmp/count.new
		mv /tmp/count.new /tmp/count
	done
}
rm -f /tmp/stop
writer &
pid=$!
count() { cat /tmp/count 2>/dev/null || echo 0; }
moved() { [ "$(count)" -gt "$1" ]; }
for delay in 0.1 0.4 0.8 1.6; do
	node a dyad -q disconnect r0
	node a dyad -q connect r0
	# Not a condition: the point is to cut at different moments.
	read -rt $delay -u "$never" || true
	node b ip link set vb down
	before=$(count)
	wait_for 15 moved "$before"
	timeout $((10 * SLOW)) innet a dyad status >/dev/null ||
		fail "status does not answer"
	timeout $((10 * SLOW)) innet b dyad status >/dev/null ||
		fail "status does not answer at the peer"
	node b ip link set vb up
	node a dyad -q wait r0 connected timeout $((20 * SLOW))
done
touch /tmp/stop
wait $pid || fail "a write failed"
# Handed over just when the link goes: the demotion ends all the same.
node b ip link set vb down
timeout $((20 * SLOW)) innet a dyad -q demote r0 || fail "demote hangs"
node b ip link set vb up
node a dyad -q wait r0 connected timeout $((20 * SLOW))
for n in a b; do
	node $n tc qdisc del dev v$n root
done
synced
disks_equal
