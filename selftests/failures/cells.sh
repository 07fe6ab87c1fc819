#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# cells: cells of the table, one after the other on one pair in one kernel: laws 1, 4, 10, 11
# and 13, each under one failure. After one that failed the pair is made anew.
#
#   cells {FAILURE SIDE WHILE MODE A B LINK REASON IO WITHIN}...
#
#      namespace a                             namespace b
#      /dev/dyad0                              /dev/dyad1
#      data: da on rawa, metadata: mda on rawma  (device mapper, so that each can fail)
# shellcheck source=../netns/lib.sh
. ../netns/lib.sh
# shellcheck source=steps.sh
. ./steps.sh
# shellcheck disable=SC2034 # for lib.sh and steps.sh
MB=48
PING=$((1000 * SLOW))
STATE=/tmp/witness
HANG=$((4 * SLOW))	# seconds, for io-timeout
app=
# A disk that hangs must not outlive the test.
trap 'dmsetup resume da db mda mdb || true' EXIT

at() { node "$@"; }

device_of() {
	[ "$1" = a ] && echo /dev/dyad0 || echo /dev/dyad1
}

app_start() {
	witness run "$(device_of "$1")" $STATE >/tmp/witness.out 2>&1 &
	app=$!
	echo "$app" >/tmp/witness.pid
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

# For a pair that has never been.
blank_disks() {
	local n
	for n in a b; do
		dd if=/dev/zero of="/dev/d$n" bs=1M oflag=direct status=none 2>/dev/null || true
		dyad -q meta create --force "/dev/d$n" meta "/dev/md$n"
	done
	rm -f $STATE
}

# With a volatile cache, or no flush would ever reach them.
make_disks() {
	local n
	modprobe dm-delay
	# Or two who ask for it at once are in the way of each other.
	modprobe sch_netem
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
	done
}

# --- failures ---

# The machine is gone: nothing leaves it any more, and then nothing reaches its disks; the
# metadata first, or they would say that the data disk has failed.
die() { # NODE
	# From now on it records nothing, however long the rest takes: it must not go on alone.
	dmsetup suspend --nolockfs "md$1"
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

has_address() { [[ $(ip -n "$1" -4 -o addr show dev "v$1") == *" $2/"* ]]; } # NODE ADDRESS

give_address() { # NODE ADDRESS
	ip -n "$1" -4 addr flush dev "v$1"
	ip -n "$1" addr add "$2/24" dev "v$1"
}

# To the other one of two.
move_address() {
	local id=1
	[ "$side" = a ] || id=2
	new_address=10.0.0.$id
	! has_address "$side" $new_address || new_address=10.0.0.$((10 + id))
	give_address "$side" $new_address
}

# The device stays in use.
tell_address() {
	node a dyad -q peer delete r0 b
	node a dyad -q peer add r0 b node 2 address "$new_address" key-file "$KEY" ping-timeout $PING
}

# Down and up for random times, shorter than a peer's silence is borne, and longer.
flap() {
	local i
	for ((i = 0; i < ${ROUNDS:-12}; i++)); do
		link_cut
		sleep_ms $((RANDOM % (PING * 3 / 2)))
		link_heal
		sleep_ms $((RANDOM % PING))
		[ -z "$app" ] || app_lives
	done
}

sleep_ms() { sleep "$(($1 / 1000)).$(printf '%03d' $(($1 % 1000)))"; }

break_it() {
	case $failure in
	link-cut)
		# At once: one direction alone is another failure.
		[ "$side" = from-b ] || tc -n a qdisc replace dev va root netem loss 100% &
		[ "$side" = from-a ] || tc -n b qdisc replace dev vb root netem loss 100%
		wait $!
		;;
	link-slow)
		node a tc qdisc replace dev va root netem delay 150ms
		node b tc qdisc replace dev vb root netem delay 150ms
		;;
	link-lossy)
		node a tc qdisc replace dev va root netem loss 10%
		node b tc qdisc replace dev vb root netem loss 10%
		;;
	link-flaps) flap ;;
	address) move_address ;;
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
	if [ "$mode" = async ]; then
		expect_fail "in async mode" node b dyad promote r0
	else
		expect_fail "may have gone on" node b dyad promote r0
	fi
	node b dyad -q promote r0 --force
	leader=b
	if [ "$io" = past ]; then
		check_past
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

# In async, so slow that the peer lags behind.
base_link() {
	local n
	[ "$mode" = async ] || return 0
	for n in a b; do
		node $n tc qdisc replace dev v$n root netem delay 10ms rate 4mbit limit 10000
	done
}

heal_link() {
	tc -n a qdisc del dev va root 2>/dev/null || true
	tc -n b qdisc del dev vb root 2>/dev/null || true
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
	# What a disk that has hung still had comes back first.
	wait_for 20 node "$1" dyad -q detach r0
	attach "$1" r0 "d$1" device $device
}

# "Give this node a disk again; what uses the device need not be stopped for that."
give_back() {
	wait_for 20 node a dyad -q detach r0
	attach a r0 da device 0
}

# "Or move what uses the device to the peer", which needs no word, or say that this data counts.
vouch_or_move() {
	app_stop
	if data_is b uptodate; then
		wait_for 20 node a dyad -q demote r0
		# Between two of a's attempts to connect, which are all refused.
		wait_for 10 node b dyad -q promote r0
		leader=b
		check_promises
		put_back a
	elif [ "$failure" = meta ]; then
		expect_fail "nothing can be recorded here" node a dyad promote r0 --force
		node a dyad -q demote r0
		put_back a
		connect_both
		wait_synced
		node a dyad -q promote r0
		check_promises
	else
		node a dyad -q promote r0 --force
		check_promises
	fi
	app_start $leader
}

heal_disks() {
	disk "$side" data good
	disk "$side" meta good
	wait_for 20 look "$side"
	case $side.$data.$mode in
	a.failed.sync | a.failed.async) give_back ;;
	a.failed.* | a.inconsistent.*) vouch_or_move ;;
	b.failed.*) put_back b ;;
	esac
}

put_right() {
	heal_link
	# What changes something waits for a disk that hangs and that nothing can replace.
	case $failure in
	*-hangs)
		disk "$side" data good
		disk "$side" meta good
		;;
	esac
	case $activity in
	resyncing | verifying)
		# Not of a node that is off.
		node a dyad -q verify stop r0 2>/dev/null || true
		node a dyad -q set r0 resync-rate 0 2>/dev/null || true
		;;
	esac
	case $failure.$side in
	killed.[ab]) revive "$side" ;;
	# The one that is dialled has to be found; the other one finds it by itself.
	address.a) wait_for 20 link_is a connected ;;
	address.b) tell_address ;;
	killed.*)
		node_up b r0
		revive a
		;;
	disk-* | meta*) heal_disks ;;
	esac
}

# To the address that all other cells expect.
move_back() {
	node a dyad -q disconnect r0
	move_address
	[ "$side" = a ] || tell_address
	connect_both
	wait_synced
}

# What the cell before has left, as it has to be before this one.
prepare() {
	echo "dyad-test: begin cell $failure.$side.$activity.$mode" >/dev/kmsg
	look a
	[ "$role" = primary ] || lead a
	set_up
	base_link
}

cell() {
	read_cell "$@"
	prepare
	begin_activity
	broke_at=$(now_ms)
	break_it
	case $io in
	moves | past) move ;;
	returns) wait_for_return ;;
	*) endure ;;
	esac
	put_right
	whole
	disks_equal
	for n in a b; do
		# A busy machine may just have lost a session, and got it back.
		wait_for 20 data_is $n uptodate
	done
	! log_has "differ from the peer's" || fail "a verify has found what is no difference"
	[ "$failure" != address ] || move_back
}

show_log() { dmesg | sed -n "/begin cell $1/,\$ { s/^/#   /; p }" | tail -40; } # CELL

# After a cell that failed: nothing of it is left.
anew() {
	local n id=1
	xargs -r kill -9 </tmp/witness.pid 2>/dev/null || true
	for n in a b; do
		tc -n $n qdisc del dev v$n root 2>/dev/null || true
		give_address $n 10.0.0.$id
		disk $n data good
		disk $n meta good
		timeout $((30 * SLOW)) innet $n dyad -q delete r0 || true
		id=2
	done
	blank_disks
	pair_join
}

ground
make_disks
blank_disks
pair_join
each_cell "$@"
