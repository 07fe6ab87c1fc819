#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Both sides were written alone. 'dyad resolve' says what each would lose, and
# overwrites nothing until the one to be given up has said so.
# shellcheck source=lib.sh
. ./lib.sh

# told NODE JQ-PATH: what resolve shows there.
told() { node "$1" dyad -j resolve r0 | jq -r "$2"; }

pair_up
expect_fail "nothing to resolve" node a dyad resolve r0
node a dyad -q disconnect r0
disconnected
write_random /dev/dyad0 0 64
node b dyad -q promote r0 --force
write_random /dev/dyad1 128 12
node b dyad -q demote r0
mine=$(read_sum /dev/da 0 64)
theirs=$(read_sum /dev/db 128 12)
expect_fail "nothing to resolve" node b dyad resolve r0 --keep-peer --yes
node a dyad -q connect r0
node b dyad -q connect r0
refused_for a "split brain"
refused_for b "split brain"
expect 65536 told a .local.changed
expect 12288 told a .peer.changed
expect 65536 told b .peer.changed
expect 12288 told b .local.changed
now=$(date +%s)
for n in a b; do
	for side in local peer; do
		since=$(told $n ".${side}[\"alone-since\"]")
		((since > now - 600 && since <= now)) ||
			fail "$n says of $side: alone since $since, now $now"
	done
done
expect_fail "it is primary" node a dyad resolve r0 --keep-peer --yes
expect_fail "no terminal to ask on" node b dyad resolve r0 --keep-peer
node a dyad -q resolve r0 --keep-local
expect "$mine" read_sum /dev/da 0 64
expect "$theirs" read_sum /dev/db 128 12
node b dyad -q resolve r0 --keep-peer --yes
synced
disks_equal
expect "$mine" read_sum /dev/db 0 64
expect_fail "nothing to resolve" node a dyad resolve r0
expect_fail "nothing to resolve" node b dyad resolve r0
