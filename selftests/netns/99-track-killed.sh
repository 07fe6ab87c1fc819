#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# on-full track, and the primary dies. While the peer gets the rest of the backlog: the peer
# is outdated, leads by force only, and what it has is a past that existed (law 10). While it
# is being copied to: it is inconsistent, and when the primary is back it gets all (law 4).
# seconds: 240
# shellcheck source=lib.sh
. ./lib.sh
PING=$((700 * SLOW))
pair_up
slow() { # RATE
	local n
	for n in a b; do
		node $n tc qdisc replace dev v$n root netem delay 10ms rate "$1" limit 100000
	done
}
behind() { [ "$(field a .behind)" = true ]; }
# Record I in the I-th 60 KiB, each flushed before the next.
for ((i = 0; i < 121; i++)); do
	printf '%-512s' "record $i"
	head -c 60928 /dev/urandom
done >/tmp/records
write_records() { # FROM TO
	dd if=/tmp/records of=/dev/dyad0 bs=60k count=$(($2 - $1 + 1)) skip="$1" seek="$1" \
		oflag=direct,dsync conv=notrunc status=none
}
records() {
	dd if="$1" bs=60k count=256 iflag=direct status=none | grep -aob 'record [0-9]*' |
		awk -F '[: ]' '$1 == $3 * 61440 { print $3 }' | sort -n
}
node a dyad -q set r0 mode async backlog 1M on-full track
slow 512kbit
generation=$(field a .generation)
write_records 0 39
behind || fail "the backlog was not full: nothing is shown"
[ "$(field a .generation)" != "$generation" ] || fail "no generation was named (H11)"
wait_for 60 data_is b outdated
some() { [ "$(field a .lag)" -lt 700000 ]; }
wait_for 20 some
crash a
node b dyad -q wait r0 disconnected timeout $((20 * SLOW))
data_is b outdated || fail "the peer does not say that it is outdated"
expect_fail "went on without this node" node b dyad promote r0
node b dyad -q promote r0 --force
records /dev/dyad1 >/tmp/there
last=$(tail -1 /tmp/there)
say "40 records were acknowledged, the peer has 0 to ${last:-none}"
[ "${last:-0}" -ge 1 ] || fail "the peer has nothing: nothing is shown"
[ "$last" -lt 39 ] || fail "the peer had everything: nothing is shown"
expect $((last + 1)) sh -c "wc -l </tmp/there"
link_heal
node_up a r0
node b dyad -q demote r0
node b dyad -q connect r0 --discard-local-changes
node a dyad -q promote r0 --force
node a dyad -q connect r0
synced
expect "$(seq 0 39)" records /dev/dyad0
disks_equal

say "the primary dies while it copies"
node a dyad -q set r0 mode async backlog 1M on-full track
slow 1mbit
write_records 40 120
behind || fail "the backlog was not full: nothing is shown"
wait_for 60 data_is b inconsistent
write_records 0 3
crash a
node b dyad -q wait r0 disconnected timeout $((20 * SLOW))
data_is b inconsistent || fail "the peer does not say that it is inconsistent"
expect_fail "not known to be complete" node b dyad promote r0
expect_fail "not known to be complete" node b dyad promote r0 --fenced
link_heal
node_up a r0
node a dyad -q connect r0
synced
expect "$(seq 0 120)" records /dev/da
disks_equal
