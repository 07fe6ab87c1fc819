#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# cell: one cell of the table, in one kernel: laws 1, 4, 11 and 13 under one failure.
#
#   cell FAILURE SIDE WHILE MODE A B LINK REASON IO WITHIN
#
#      namespace a                             namespace b
#      /dev/dyad0                              /dev/dyad1
#      data: da on rawa, metadata: mda on rawma  (device mapper, so that each can fail)
# shellcheck source=../netns/lib.sh
. ../netns/lib.sh
# shellcheck source=steps.sh
. ./steps.sh
# shellcheck disable=SC2034 # for lib.sh and steps.sh
MB=64
PING=$((1000 * SLOW))
STATE=/tmp/witness
app=
read_cell "$@"
# A disk that hangs must not outlive the test.
trap 'dmsetup resume da db mda mdb || true' EXIT

at() { node "$@"; }

device_of() {
	[ "$1" = a ] && echo /dev/dyad0 || echo /dev/dyad1
}

app_start() {
	witness run "$(device_of "$1")" $STATE >/tmp/witness.out 2>&1 &
	app=$!
}

app_lives() {
	[ -e "/proc/$app" ] || fail "the application has ended: $(cat /tmp/witness.out)"
}

app_stop() {
	kill -TERM "$app"
	wait "$app" || fail "the application was shown a fault: $(cat /tmp/witness.out)"
	app=
}

app_kill() {
	kill -KILL "$app"
	wait "$app" 2>/dev/null || true
	app=
}

app_get() { witness get $STATE "$1"; }
app_anew() { witness anew $STATE; }

# --- disks ---

# disk NODE data|meta HOW: it works well, or from now on something of it does not.
disk() {
	known "$3" good reads writes flushes gone hangs rots
	local name=d$1 raw=/dev/raw$1 n=$((MB * 2048)) bad reads writes flushes i
	[ "$2" = data ] || { name=md$1 raw=/dev/rawm$1 n=$((8 * 2048)); }
	bad=/dev/mapper/bad-$name reads=$raw writes=$raw flushes=$raw
	case $3 in
	reads | gone) reads=/dev/mapper/error ;;&
	writes | gone) writes=$bad ;;&
	flushes | gone) flushes=$bad ;;
	hangs)
		dmsetup suspend --nolockfs "$name"
		return
		;;
	esac
	echo "0 $n delay $reads 0 0 $writes 0 0 $flushes 0 0" >/tmp/table
	if [ "$3" = rots ]; then
		for ((i = 0; i < n; i += 4096)); do
			echo "$i 2048 linear $raw $i"
			echo "$((i + 2048)) 2048 error"
		done >/tmp/table
	fi
	if [ ! -e "/dev/mapper/$name" ]; then
		dmsetup create "$name" /tmp/table
		return
	fi
	dmsetup suspend --nolockfs "$name"
	dmsetup load "$name" /tmp/table
	dmsetup resume "$name"
}

# With a volatile cache, or no flush would ever reach them.
make_disks() {
	local n
	modprobe dm-delay
	dmsetup create error --table "0 $((MB * 2048)) error"
	for n in a b; do
		make_disk "raw$n" "$MB" cache_size=4
		make_disk "rawm$n" 8 cache_size=1
		dmsetup create "bad-d$n" --table "0 $((MB * 2048)) flakey /dev/raw$n 0 0 3600 1 error_writes"
		dmsetup create "bad-md$n" --table "0 $((8 * 2048)) flakey /dev/rawm$n 0 0 3600 1 error_writes"
		disk $n data good
		disk $n meta good
		ln -sfn "mapper/d$n" "/dev/d$n"
		ln -sfn "mapper/md$n" "/dev/md$n"
		dyad -q meta create "/dev/d$n" meta "/dev/md$n"
	done
}

# --- failures ---

# The machine is gone: first nothing leaves it any more, then nothing reaches its disks; the
# metadata first, or they would say that the data disk has failed.
die() { # NODE
	link_cut
	disk "$1" meta gone
	disk "$1" data gone
	[ "$1" != a ] || [ -z "$app" ] || app_kill
	node "$1" dyad -q delete r0
	disk "$1" data good
	disk "$1" meta good
}

two_die() {
	local first=${side%-*} second=${side#*-}
	die "$first"
	[ "$first" = a ] || begin_idle
	[ -z "$app" ] || goes_on 20
	node "$second" dyad -q wait r0 disconnected timeout $((20 * SLOW))
	die "$second"
}

break_it() {
	case $failure in
	link-cut)
		[ "$side" = from-b ] || node a tc qdisc replace dev va root netem loss 100%
		[ "$side" = from-a ] || node b tc qdisc replace dev vb root netem loss 100%
		;;
	link-slow)
		node a tc qdisc replace dev va root netem delay 150ms
		node b tc qdisc replace dev vb root netem delay 150ms
		;;
	link-lossy)
		node a tc qdisc replace dev va root netem loss 10%
		node b tc qdisc replace dev vb root netem loss 10%
		;;
	killed)
		case $side in
		*-*) two_die ;;
		*) die "$side" ;;
		esac
		;;
	disk-*) disk "$side" data "${failure#disk-}" ;;
	meta) disk "$side" meta gone ;;
	meta-*) disk "$side" meta "${failure#meta-}" ;;
	*) fail "nobody knows how to break '$failure'" ;;
	esac
}

# The application moves to b, which is led by the operator's word only.
move() {
	app_anew
	settle 20
	expect_fail "may have gone on" node b dyad promote r0
	node b dyad -q promote r0 --force
	leader=b
	if [ "$mode" = async ]; then
		check_promises past
	else
		check_promises
	fi
	app_start b
	goes_on 20
	check_times
}

# What is left does not lead on anybody's word but force.
wait_for_return() {
	app_anew
	settle 20
	[ "$want_b" = dead ] || expect_fail "not known to be complete" node b dyad promote r0
}

# --- putting it right, as the administrator's guide says ---

heal_link() {
	node a tc qdisc del dev va root 2>/dev/null || true
	node b tc qdisc del dev vb root 2>/dev/null || true
}

revive() { # NODE
	node_up "$1" r0
	[ "$leader" = "$1" ] || return 0
	connect_both
	wait_synced
	node "$1" dyad -q promote r0
	check_promises
	app_start "$1"
}

# "A disk has failed": what is of no use is taken out and put back.
put_back() { # NODE
	local device=0
	[ "$1" = a ] || device=1
	node "$1" dyad -q disconnect r0
	node "$1" dyad -q detach r0
	attach "$1" r0 "d$1" device $device
}

# "At the primary, a failed write": its data counts only if the peer's is not whole.
vouch_or_move() {
	if data_is b inconsistent; then
		node a dyad -q promote r0 --force
	else
		node a dyad -q demote r0
		node b dyad -q wait r0 synced timeout $((60 * SLOW))
		node b dyad -q promote r0
		leader=b
	fi
	check_promises
}

# Metadata that could not be written are read again.
reseat() {
	app_stop
	disk a meta good
	node a dyad -q demote r0
	put_back a
	connect_both
	wait_synced
	node a dyad -q promote r0
	check_promises
	app_start a
}

heal_disks() {
	[ "$io" != errors ] || app_stop
	disk "$side" data good
	disk "$side" meta good
	wait_for 20 answers "$side"
	case $side.$(field "$side" '.volume[0]["data-state"]') in
	*.failed | *.diskless) put_back "$side" ;;
	a.inconsistent) vouch_or_move ;;
	esac
	[ -n "$app" ] || app_start "$leader"
}

put_right() {
	local n
	for n in a b; do
		# Not of a node that is off.
		node $n dyad -q verify stop r0 2>/dev/null || true
		node $n dyad -q set r0 resync-rate 0 2>/dev/null || true
	done
	heal_link
	case $failure.$side in
	killed.[ab]) revive "$side" ;;
	killed.*)
		node_up b r0
		revive a
		;;
	meta.a) reseat ;;
	disk-* | meta*) heal_disks ;;
	esac
}

ground
make_disks
pair_join
# So that metadata are written all the time.
[[ $failure != meta* ]] || node a dyad -q set r0 recovery 0
set_mode
begin_activity
broke_at=$(now_ms)
break_it
case $io in
moves) move ;;
returns) wait_for_return ;;
*) endure ;;
esac
put_right
whole
disks_equal
for n in a b; do
	data_is $n uptodate || fail "in the end $n is $(field $n '.volume[0]["data-state"]')"
done
! log_has "differ from the peer's" || fail "a verify has found what is no difference"
