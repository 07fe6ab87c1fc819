#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A resync that is cut goes on at the next session and ends with equal disks;
# until then the target does not count as whole.
# seconds: 300
# shellcheck source=lib.sh
. ./lib.sh
MB=64
PING=$((700 * SLOW))
ground
disks_up
head -c 48M /dev/urandom >/dev/da
sync
# So slow that no round comes near the end, on the slowest machine.
node a tc qdisc add dev va root tbf rate $((8192 / SLOW))kbit burst 64k latency 50ms
node_up a r0
node_up b r0
node a dyad -q promote r0 --force
connect
running() { [ "$(field a '.volume[0]["sync-role"]')" = source ]; }
for round in 1 2 3; do
	wait_for 10 running
	node b ip link set vb down
	node a dyad -q wait r0 disconnected timeout $((20 * SLOW))
	data_is b inconsistent || fail "round $round: b is $(field b '.volume[0]')"
	expect_fail "" node b dyad promote r0
	node b ip link set vb up
	node b ip addr replace fd00::2/64 dev vb nodad
	node a dyad -q wait r0 connected timeout $((20 * SLOW))
done
node a tc qdisc del dev va root
synced
disks_equal
