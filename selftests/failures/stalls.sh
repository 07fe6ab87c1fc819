#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# stalls: how long an application is held up when the peer is lost and when it returns:
# the slowest of its operations, TRIALS times each; with the ping timeout that there is from
# the start. 'undisturbed' is the same without either, for comparison.
#
#   stalls TRIALS MODE
# shellcheck source=../netns/lib.sh
. ../netns/lib.sh
MB=64
PING=2000
STATE=/tmp/witness
trials=$1
mode=$2
has_done() {
	[ -e "/proc/$app" ] || fail "the application has ended: $(cat /tmp/witness.out)"
	[ "$(witness get $STATE "done")" -ge "$1" ]
}

# slowest COMMAND: while it runs, and a little longer
slowest() {
	witness anew $STATE
	"$@"
	wait_for 60 has_done $(($(witness get $STATE "done") + 20))
	witness get $STATE longest
}

loss() {
	# At once: one direction alone is another failure.
	tc -n a qdisc replace dev va root netem loss 100% &
	tc -n b qdisc replace dev vb root netem loss 100%
	wait $!
	node a dyad -q wait r0 disconnected timeout $((20 * SLOW))
}

comeback() {
	link_heal
	synced
}

pair_up
# Or two who ask for it at once are in the way of each other.
modprobe sch_netem
[ "$mode" = sync ] || node a dyad -q set r0 mode "$mode"
witness run /dev/dyad0 $STATE >/tmp/witness.out 2>&1 &
app=$!
wait_for 60 has_done 100
for ((i = 0; i < trials; i++)); do
	slowest true >>/tmp/undisturbed
	slowest loss >>/tmp/loss
	slowest comeback >>/tmp/return
done
[ "$(witness get $STATE errors)" = 0 ] || fail "the application got errors"
kill $app
wait $app || fail "the application was shown a fault: $(cat /tmp/witness.out)"
synced
disks_equal
# What the fastest, half, 19 of 20 and all of them took at most.
figures() {
	jq -cs 'sort | {min: .[0], median: .[(length - 1) / 2 | floor],
		p95: .[(length * 0.95 | ceil) - 1], max: .[-1]}' "$1"
}
for what in undisturbed loss return; do
	say "an operation takes at most, in ms, $what: $(figures /tmp/$what)"
done
jq -cn --argjson trials "$trials" --arg mode "$mode" --argjson undisturbed "$(figures /tmp/undisturbed)" \
	--argjson loss "$(figures /tmp/loss)" --argjson return "$(figures /tmp/return)" \
	'{trials: $trials, mode: $mode, "ping-timeout": 2000, ms: {undisturbed: $undisturbed, loss: $loss, return: $return}}'
