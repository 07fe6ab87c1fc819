#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# memsync: what the peer has received it writes although the session is gone and the
# primary dead (H5): the secondary leads, and all that was acknowledged is there.
# shellcheck source=lib.sh
. ./lib.sh
PING=$((700 * SLOW))
ground
make_disk da 16
make_disk rawb 16
# Longer than the ping timeout: the session is over before the disk has what was received.
# Flushes are not delayed, or the promotion's would wait for the writes by itself.
delayed() { echo "0 $((16 * 2048)) delay /dev/rawb 0 0 /dev/rawb 0 $1 /dev/rawb 0 0"; }
dmsetup create db --table "$(delayed 0)"
ln -sfn mapper/db /dev/db
pair_join
node a dyad -q set r0 mode memsync
dmsetup suspend db
dmsetup load db --table "$(delayed $((5000 * SLOW)))"
dmsetup resume db
closed() { [ "$(field a '.volume[0].openers')" = 0 ]; }
same() { # DISK BLOCK
	dd if="$1" bs=4k count=1 skip=$((round * 512 + $2)) iflag=direct status=none |
		cmp -s - "/tmp/block.$2"
}
behind=0
rounds=$(rounds 4 2 1)
for ((round = 1; round <= rounds; round++)); do
	: >/tmp/acknowledged
	# Each block once: its number and content as soon as it is acknowledged.
	(
		for ((i = 0; ; i++)); do
			head -c 4096 /dev/urandom >"/tmp/block.$i"
			dd if="/tmp/block.$i" of=/dev/dyad0 bs=4k count=1 seek=$((round * 512 + i)) \
				oflag=direct conv=notrunc status=none || break
			echo "$i" >>/tmp/acknowledged
		done
	) 2>/dev/null &
	writer=$!
	enough() { [ "$(wc -l </tmp/acknowledged)" -ge $((10 + round)) ]; }
	wait_for 20 enough
	# The peer hears no more. What is acknowledged after this may be so without the peer, if
	# cutting takes a slow machine longer than the ping timeout: it does not count.
	mapfile -t before </tmp/acknowledged
	link_cut
	node b dyad -q wait r0 disconnected timeout $((20 * SLOW))
	same /dev/rawb "${before[-1]}" || behind=$((behind + 1))
	node b dyad -q promote r0 --force
	# The newest first: the disk has not had it for long, if it has.
	for ((n = ${#before[@]} - 1; n >= 0; n--)); do
		i=${before[n]}
		same /dev/dyad1 "$i" || fail "round $round: block $i was acknowledged and is not there"
	done
	say "round $round: ${#before[@]} acknowledged, all there"
	kill $writer 2>/dev/null || true
	wait $writer || true
	node a dyad -q wait r0 disconnected timeout $((20 * SLOW))
	wait_for 10 closed
	node a dyad -q demote r0
	link_heal
	node a dyad -q connect r0 --discard-local-changes
	synced
	lead a
	expect memsync field b .mode
done
[ $behind -gt 0 ] || fail "the peer's disk always had all in time: nothing is shown"
disks_equal
