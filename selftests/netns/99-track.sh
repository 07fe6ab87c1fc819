#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# on-full: over a link that is slower than the writer 'throttle' makes it wait, 'track' does
# not; the peer gets the backlog in order, is outdated, then inconsistent, and in the end
# has all (law 10, law 11); status and events say that, and how often.
# seconds: 240
# shellcheck source=lib.sh
. ./lib.sh
pair_up
link_is_slow() { # RATE
	local n
	for n in a b; do
		node $n tc qdisc replace dev v$n root netem delay 10ms rate "$1" limit 100000
	done
}
caught_up() { [ "$(field a .lag)" = 0 ]; }
behind() { [ "$(field a .behind)" = true ]; }
not_behind() { ! behind; }
# Milliseconds that 6 MiB take, and the longest of the 96 writes.
writes() {
	fio_job "$1" /dev/dyad0 --rw=write --bs=64k --size=6m --offset="$2" --output-format=json
	jq '.jobs[0] | [.job_runtime, (.write.clat_ns.max / 1000000 | floor)] | @tsv' -r "/tmp/fio.$1"
}
node a dyad -q set r0 mode async backlog 1M
expect throttle field a '."on-full"'
read -r close _ < <(writes close 0)
wait_for 30 caught_up
link_is_slow 4mbit
read -r throttled most < <(writes throttle 6m)
say "6 MiB, 5 of which are more than the backlog: $close ms; over 4 Mbit/s: $throttled ms, one write took $most ms"
[ "$throttled" -ge 8000 ] || fail "writers did not wait: the link is no limit"
expect 0 field a '."backlog-overruns"'
wait_for 60 caught_up

link_is_slow 1mbit
node a dyad -q set r0 on-full track
expect track field a '."on-full"'
node a dyad monitor r0 >/tmp/events &
monitor=$!
wait_for 10 test -s /tmp/events
read -r tracked most < <(writes track 12m)
behind || fail "the backlog was not full: nothing is shown"
say "the same with on-full track: $tracked ms, one write took $most ms"
[ $((tracked * 2)) -lt "$throttled" ] || fail "writers waited: $tracked ms"
[ "$most" -lt $((1500 * SLOW)) ] || fail "a writer waited for $most ms"
[ "$(field a '.volume[0]["peer-data-state"]')" != uptodate ] || fail "the peer counts as up to date"
node a dyad status r0 | grep -q "backlog-full: writes go on without the peer" ||
	fail "the status does not say why"
wait_for 60 data_is b inconsistent
expect_fail "primary" node b dyad promote r0
say "writes go on beside the resync"
read -r beside most < <(writes beside 18m)
say "6 MiB meanwhile: $beside ms, one write took $most ms"
[ $((beside * 2)) -lt "$throttled" ] || fail "writers waited for the resync: $beside ms"
[ "$(field a .throttled)" = 0 ] || fail "somebody waits"
link_is_slow 1gbit
synced
wait_for 10 not_behind
wait_for 20 caught_up
overruns=$(field a '."backlog-overruns"')
[ "$overruns" -ge 1 ] || fail "it is not counted"
wait_for 10 grep -q "backlog-full, the peer is left behind" /tmp/events
wait_for 10 grep -q "no longer left behind" /tmp/events
kill $monitor
disks_equal

say "in async again: what fits is in order"
write_random /dev/dyad0 0 256
wait_for 20 caught_up
expect "$overruns" field a '."backlog-overruns"'
disks_equal

say "demoted while the peer is behind, it cannot lead before it has all"
link_is_slow 2mbit
writes again 12m >/dev/null
behind || fail "the backlog was not full: nothing is shown"
node a dyad -q demote r0
expect_fail "copied here" node b dyad promote r0
link_is_slow 1gbit
synced
node b dyad -q promote r0
disks_equal
