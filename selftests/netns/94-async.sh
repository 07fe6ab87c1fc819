#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# async: writes and fsyncs complete at the local disk's speed over a slow link; the lag is
# shown and falls to 0; the backlog throttles, and says so; demotion lets the peer catch
# up first; a flush orders what the peer gets (law 10, law 11).
# seconds: 240
# shellcheck source=lib.sh
. ./lib.sh
MB=64
# Disks that take a millisecond, one more of their kind to compare with.
slow_disk="irqmode=2 completion_nsec=1000000"
# shellcheck disable=SC2086 # words
pair_up $slow_disk
# shellcheck disable=SC2086
make_disk alike $MB $slow_disk
node a dyad -q set r0 mode async
expect async field b .mode
expect_fail "a volume cannot grow in async" node a dyad resize r0
expect 0 field a .lag
# What the peer's device holds lags: it is not served.
! dd if=/dev/dyad1 of=/dev/null bs=4k count=1 iflag=direct status=none 2>/dev/null ||
	fail "a lagging secondary is read"
ms() {
	local begin
	begin=$(date +%s%N)
	"$@"
	echo $((($(date +%s%N) - begin) / 1000000))
}
count=200
fio_same() {
	fio_job "$1" /dev/dyad0 --rw=write --bs=4k --size=4k --io_size=$((count * 4))k
	sed -n 's/.*run=\([0-9]*\)-.*/\1/p' "/tmp/fio.$1" | tail -1
}
# As fast as without the link, give or take what this machine does meanwhile.
close=$(ms dd if=/dev/urandom of=/dev/dyad0 bs=4k count=$count oflag=direct conv=notrunc status=none)
for n in a b; do
	node $n tc qdisc replace dev v$n root netem delay 25ms limit 100000
done
alone=$(ms dd if=/dev/urandom of=/dev/dyad0 bs=4k count=$count oflag=direct conv=notrunc status=none)
fsynced=$(ms dd if=/dev/urandom of=/dev/dyad0 bs=4k count=1 seek=500 oflag=direct conv=notrunc,fsync status=none)
# The same block again and again.
again=$(fio_same over)
say "$count writes: $close ms, over 50 ms: $alone ms; fsync $fsynced ms; the same block $count times: $again ms"
[ "$alone" -lt $((close * 2 + count * 50 / 4)) ] || fail "writes waited for the link: $alone ms"
[ "$again" -lt $((close * 2 + count * 50 / 4)) ] || fail "overlapping writes waited for the link: $again ms"
caught_up() { [ "$(field a .lag)" = 0 ]; }
wait_for 20 caught_up

# Random 4k writes, while there is room in the backlog, beside those of a disk alike.
rate() { # NAME FILE DEPTH
	fio_job "$1" "$2" --rw=randwrite --bs=4k --size=48m --number_ios=$((300 * $3)) \
		--ioengine=libaio --iodepth="$3"
	sed -n 's/.*IOPS=\([0-9.k]*\),.*/\1/p' "/tmp/fio.$1" | head -1 |
		awk '/k/ { print int($1 * 1000); next } { print int($1) }'
}
for depth in 1 16; do
	disk=$(rate disk /dev/alike $depth)
	async=$(rate async /dev/dyad0 $depth)
	say "random 4k writes at depth $depth: $async a second over 50 ms, $disk to a disk: $((async * 100 / disk)) %"
	# What waits for the link has no more than a round trip allows.
	[ $depth != 1 ] || [ "$async" -ge 25 ] || fail "writes waited for the link"
	wait_for 30 caught_up
done

# A verify waits for the backlog, and raises no false alarm.
load_start 0 --size=32m
node a dyad -q set r0 resync-rate 8M
node a dyad -q verify start r0
writing
expect verify field a '.volume[0]["sync-role"]'
node a dyad -q wait r0 verified timeout $((120 * SLOW))
expect 0 field a '.volume[0]["sync-differ"]'
node a dyad -q set r0 resync-rate 0
load_goes_on
kill $load
wait $load || true

# A link that is slower than the writer: the lag is bounded, and writers wait.
for n in a b; do
	node $n tc qdisc replace dev v$n root netem delay 25ms rate 16mbit limit 100000
done
node a dyad -q set r0 backlog 4M
expect 4194304 field a .backlog
until [ -e /tmp/seen ]; do
	dd if=/dev/urandom of=/dev/dyad0 bs=256k count=24 oflag=direct conv=notrunc status=none
done &
writer=$!
throttled() { [ "$(field a .throttled)" -gt 0 ]; }
wait_for 20 throttled
lag=$(field a .lag)
[ "$lag" -gt 0 ] || fail "writers wait, but there is no lag"
[ "$lag" -le 4194304 ] || fail "the lag is $lag"
say "throttled at a lag of $lag bytes, $(field a '."lag-ms"') ms"
touch /tmp/seen
wait $writer
for n in a b; do
	node $n tc qdisc replace dev v$n root netem delay 25ms rate 2mbit limit 100000
done
fall_behind 0 3072
node a dyad status r0 | grep -q "  lag " || fail "the lag is not shown"
[ "$(field a .lag)" -gt 0 ] || fail "nothing is left to drain"
node a dyad -q demote r0
disks_equal
node b dyad -q promote r0
