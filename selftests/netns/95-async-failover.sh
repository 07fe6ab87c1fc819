#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Law 10: records that are written and flushed in turn on two volumes; the link is cut at a
# random moment and the secondary leads: what it has is a past that existed on both volumes.
# seconds: 300
# shellcheck source=lib.sh
. ./lib.sh
PING=$((4000 * SLOW))
VOLUMES="0 1"
pair_up
# So slow that the peer falls behind whoever writes, on any machine.
delayed() {
	for n in a b; do
		node $n tc qdisc replace dev v$n root netem delay 10ms rate 1mbit limit 100000
	done
}
delayed
node a dyad -q set r0 mode async backlog 2M
# Record I: its number, in place I % 256, first on volume 0, then on volume 1, each
# flushed before the next; 60 KiB long so that there is a lag.
writer() {
	local i
	for ((i = $1; ; i++)); do
		for d in /dev/dyad0 /dev/dyad2; do
			printf '%-61440s' "record $i" | dd of=$d bs=60k count=1 seek=$((i % 256)) iflag=fullblock \
				oflag=direct conv=notrunc,fdatasync status=none || return 0
		done
		echo "$i" >/tmp/last
	done
}
closed() { [ "$(field a '.volume[0].openers')" = 0 ] && [ "$(field a '.volume[1].openers')" = 0 ]; }
# records DEVICE: the numbers that are there, each in its own place.
records() {
	dd if="$1" bs=60k count=256 iflag=direct status=none |
		grep -aob 'record [0-9]*' | awk -F '[: ]' '$1 == $3 % 256 * 61440 { print $3 }' | sort -n
}
# missing FROM: of consecutive numbers read, those between that and the last that are not there.
missing() {
	awk -v want="$1" '$1 >= want { for (; want < $1; want++) printf "%d ", want; want = $1 + 1 }'
}
next=1
lost=0
# 50 and more show what issues ask for; each takes a few seconds.
rounds=${ROUNDS:-$(rounds 3 2 2)}
for ((round = 1; round <= rounds; round++)); do
	echo $next >/tmp/last
	writer $next 2>/dev/null &
	job=$!
	few=$((next + 5 + RANDOM % 20))
	some() {
		lag=$(field a .lag)
		[ "$lag" -gt 300000 ] && [ "$(cat /tmp/last)" -ge "$few" ]
	}
	wait_for 60 some
	link_cut
	acknowledged=$(cat /tmp/last)
	node b dyad -q wait r0 disconnected timeout $((20 * SLOW))
	expect_fail "in async mode" node b dyad promote r0
	node b dyad -q promote r0 --force
	records /dev/dyad1 >/tmp/first
	records /dev/dyad3 >/tmp/second
	there=$(tail -1 /tmp/first)
	second=$(tail -1 /tmp/second)
	say "round $round: acknowledged $acknowledged, lag $lag, at the peer $there and $second"
	[ "$second" = "$there" ] || [ "$second" = $((there - 1)) ] ||
		fail "volume 1 has record $second, volume 0 has $there: that never was"
	[ "$there" -ge "$acknowledged" ] || lost=$((lost + 1))
	gone=$(missing $next </tmp/first)$(missing $next </tmp/second)
	[ -z "$gone" ] || fail "records are missing before the newest one: $gone"
	kill $job 2>/dev/null || true
	wait $job || true
	node a dyad -q wait r0 disconnected timeout $((20 * SLOW))
	wait_for 10 closed
	node a dyad -q demote r0
	link_heal
	node a dyad -q connect r0 --discard-local-changes
	synced
	lead a
	delayed
	next=$((acknowledged + 1))
done
[ $lost -gt 0 ] || fail "the peer always had everything: nothing is shown"
node a dyad -q demote r0
disks_equal
disks_equal 1
