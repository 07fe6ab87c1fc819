#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Rule H1: the word that the peer is off suffices exactly if both nodes required fencing
# when they parted, this one was up to date, and has not been restarted since.
# shellcheck source=lib.sh
. ./lib.sh
. ./fence.sh
# seconds: 300
PING=$((700 * SLOW))
pair_up

# a_dies: and b is alone.
a_dies() {
	crash a
	node b dyad -q wait r0 disconnected timeout $((20 * SLOW))
	wait_for 5 data_is b consistent
}

# a_returns: secondary, copied to if need be.
a_returns() {
	link_heal
	node_up a r0
	node a dyad -q set r0 fencing "${1:-none}"
	node a dyad -q connect r0
	node b dyad -q connect r0
	synced
}

for pair in "none none" "none required" "required none"; do
	# shellcheck disable=SC2086 # two words
	fencing $pair
	a_dies
	expect_fail "does not tell whether" node b dyad promote r0 --fenced
	a_returns "${pair% *}"
	lead a
done

fencing required required
write_random /dev/dyad0 0 64
sum=$(read_sum /dev/dyad0 0 64)
a_dies
expect_fail "may have gone on" node b dyad promote r0
node b dyad -q promote r0 --fenced
role_is b primary || fail "not promoted"
expect "$sum" read_sum /dev/dyad1 0 64
a_returns required
lead a

# Its disks were away meanwhile.
a_dies
node b dyad -q delete r0
node_up b r0
expect_fail "does not tell whether" node b dyad promote r0 --fenced
node b dyad -q set r0 fencing required
a_returns required

# Met since: what the peer has done after that is not known.
node a dyad -q promote r0
link_cut
node b dyad -q wait r0 disconnected timeout $((20 * SLOW))
wait_for 20 fence_is pending
node a dyad -q fence r0 failed
link_heal
synced
fence_over || fail "b is back, but a waits"
node a dyad -q disconnect r0
disconnected
wait_for 5 data_is b outdated
expect_fail "went on without" node b dyad promote r0 --fenced
node a dyad -q connect r0
synced
disks_equal
