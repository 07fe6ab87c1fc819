#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# On a host whose TCP may take more than what is set for a connection, it does: the little
# that somebody gets who has proven nothing yet does not stay with a peer.
# shellcheck source=lib.sh
. ./lib.sh
modprobe tcp_diag 2>/dev/null || skip "this kernel does not tell what room a connection has"

# The most that a connection of b's, which listens, keeps for what arrives.
room() {
	node b ss -Htnm state established 'sport = 8459' |
		sed -n 's/.*skmem:(r[0-9]*,rb\([0-9]*\),.*/\1/p' | sort -n | tail -1
}

ground
for n in a b; do
	node $n sh -c 'echo 4096 131072 67108864 >/proc/sys/net/ipv4/tcp_rmem'
done
disks_up
pair_join
before=$(room)
[ "$before" -ge 131072 ] || fail "a connection begins with $before"
for n in a b; do
	node $n tc qdisc replace dev v$n root netem delay 20ms
done
grown() {
	dd if=/dev/zero of=/dev/dyad0 bs=4M count=4 oflag=direct status=none
	[ "$(room)" -gt $((2 * before)) ]
}
wait_for 60 grown
say "$before, then $(room)"
link_heal
disks_equal
