#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Rule H17: the link goes, or a node restarts, at any moment while a volume grows
# under writes. When both have met again they have one size, the old or the new;
# it never gets smaller; every write is there, and the disks are equal.
# seconds: 600
# shellcheck source=lib.sh
. ./lib.sh
# shellcheck source=grow.sh
. ./grow.sh
PING=$((2000 * SLOW))
ground
grow_pair internal external 32
# A resize takes several times as long as it takes to cut the link.
for n in a b; do
	node $n tc qdisc add dev v$n root netem delay $((100 * SLOW))ms
done
declare -A seen
early=0
mb=32
writer() {
	local i=0
	while [ ! -e /tmp/stop ]; do
		dd if=/dev/urandom of=/dev/dyad0 bs=4k count=1 seek=$((i++ * 7 % 4096)) \
			oflag=direct conv=notrunc 2>/dev/null || exit 1
	done
}
# resize_cut SECONDS: grow, and lose the peer so much later.
resize_cut() {
	local status=0 pid
	node a dyad resize r0 >/tmp/resize 2>&1 &
	pid=$!
	# Not a condition: the point is to cut at different moments.
	read -rt "$1" -u "$never" || true
	node b ip link set vb down
	wait $pid || status=$?
	[ $status = 0 ] || grep -qE "session ended before|are connected" /tmp/resize ||
		fail "refused with '$(cat /tmp/resize)'"
	return 0
}
old=$(same_size)
last=$(rounds 12 4 6)
# Also one at least that was cut before both had grown.
for ((round = 1; round <= last || (!early && round <= 4 * last); round++)); do
	rm -f /tmp/stop
	writer &
	pid=$!
	mb=$((mb + 2))
	enlarge a $mb
	enlarge b $mb
	after=$((RANDOM % 800 * SLOW))
	resize_cut "$((after / 1000)).$(printf %03d $((after % 1000)))"
	node a dyad -q wait r0 disconnected timeout $((20 * SLOW))
	grown=$(($(size a) > old))$(($(size b) > old))
	seen[$grown]=1
	[ $grown = 11 ] || early=1
	case $((round % 4)) in
	1)	# The other side restarts.
		node b dyad -q delete r0
		grow_up b
		node b dyad -q connect r0
		;;
	2)	# The primary does.
		touch /tmp/stop
		wait $pid || fail "a write failed"
		node a dyad -q demote r0
		node a dyad -q delete r0
		grow_up a
		node a dyad -q promote r0 --force
		node a dyad -q connect r0
		;;
	esac
	node b ip link set vb up
	node a dyad -q wait r0 connected timeout $((30 * SLOW))
	touch /tmp/stop
	wait $pid || fail "a write failed"
	synced
	new=$(same_size)
	[ "$new" -ge "$old" ] || fail "it shrank from $old to $new"
	old=$new
	data_equal
	say "round $round: $new bytes after $SECONDS s"
done
say "seen after a cut, which side had grown: ${!seen[*]}"
[ $early = 1 ] || fail "no cut came before both had grown"
for n in a b; do
	node $n tc qdisc del dev v$n root
done
mb=$((mb + 2))
enlarge a $mb
enlarge b $mb
node a dyad -q resize r0
[ "$(same_size)" -gt "$old" ] || fail "it does not grow any more"
synced
data_equal
