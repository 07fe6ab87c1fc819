#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Every step of an I/O, and every change of a session, a data state or a resync, is an
# event that can be traced, in its order; off until somebody wants them.
# shellcheck source=lib.sh
. ./lib.sh
# Longer than it takes to cut the link and start a write; no more than 60 s are allowed.
PING=$((7000 * SLOW))
T=/sys/kernel/tracing
[ -e $T/events ] || skip "this kernel cannot trace"

on() {
	echo 0 >$T/tracing_on
	echo >$T/trace
	echo 1 >$T/events/dyad/enable
	echo 1 >$T/tracing_on
}
off() {
	echo 0 >$T/tracing_on
	echo 0 >$T/events/dyad/enable
}

# events DEVICE OP: what an operation on it went through, as one line
events() {
	sed -n "s/.* dyad_request_\([a-z_]*\): $1 bio=[0-9a-f]* $2 .*/\1/p" $T/trace | xargs
}
traced() {
	grep -qE "$1" $T/trace || {
		sed 's/^/#   /' $T/trace | tail -40
		fail "not among the events: $1"
	}
}

make_slow() { # MS: writes of a's disk take that long
	local table="0 $((16 * 2048)) delay /dev/rawa 0 0 /dev/rawa 0 $1 /dev/rawa 0 0"
	if [ -e /dev/mapper/da ]; then
		dmsetup suspend da
		dmsetup load da --table "$table"
		dmsetup resume da
	else
		dmsetup create da --table "$table"
	fi
}

ground
[ -d $T/events/dyad ] || fail "the module has no events"
expect 0 cat $T/events/dyad/enable
make_disk rawa 16 cache_size=4
make_disk db 16 cache_size=4
make_slow 0
ln -sfn mapper/da /dev/da
echo 8192 >$T/buffer_size_kb
on
pair_join
off
traced 'dyad_volume_state: r0 dyad0 diskless -> inconsistent'
traced 'dyad_volume_state: r0 dyad0 inconsistent -> uptodate'
traced 'dyad_alone: r0 generation=[0-9a-f]{16} error=0'
traced 'dyad_session_up: r0 peer=b'
traced 'dyad_session_up: r0 peer=a'
traced 'dyad_resync_begin: r0 dyad0 source total=16777216 copied=0'
traced 'dyad_resync_begin: r0 dyad1 target total=16777216 copied=0'
traced 'dyad_resync_end: r0 dyad0 source total=16777216 copied='
traced 'dyad_resync_end: r0 dyad1 target total=16777216 copied='
traced 'dyad_volume_state: r0 dyad1 inconsistent -> uptodate'

say "a write and a flush, in their order"
dd if=/dev/zero of=/dev/dyad0 bs=4k count=1 seek=5 oflag=direct conv=notrunc status=none
on
dd if=/dev/zero of=/dev/dyad0 bs=4k count=1 seek=5 oflag=direct conv=notrunc,fsync status=none
off
traced 'dyad_request_start: dyad0 bio=[0-9a-f]+ W sector=40 bytes=4096'
for op in W F; do
	got=$(events dyad0 $op)
	say "$op: $got"
	[[ $got == "enter start local_end peer_end complete" ||
		$got == "enter start peer_end local_end complete" ]] ||
		fail "the events of $op are: $got"
done

say "what has to wait says so"
make_slow $((100 * SLOW))
on
fio_job overlap /dev/dyad0 --rw=write --bs=4k --size=4k --loops=3 --numjobs=2
off
make_slow 0
traced 'dyad_request_got_range: dyad0'
[ "$(grep -c 'dyad_request_complete: dyad0 .* W ' $T/trace)" = 6 ] || fail "not each write has ended"

say "the peer is lost, with a write on its way"
on
link_cut
dd if=/dev/zero of=/dev/dyad0 bs=4k count=1 seek=7 oflag=direct conv=notrunc status=none
disconnected
off
traced 'dyad_request_peer_end: dyad0 bio=[0-9a-f]+ W sector=56 bytes=4096 error=-107'
traced 'dyad_request_complete: dyad0 bio=[0-9a-f]+ W sector=56 bytes=4096 error=0'
traced 'dyad_session_down: r0 peer=b reason="nothing was heard from the peer'
traced 'dyad_alone: r0'
# The name comes before the completion that needs it.
awk '/dyad_alone:/ { named = 1 } /dyad_request_complete: .*sector=56 / { exit !named }' $T/trace ||
	fail "the write was complete before the generation was named"
link_heal
synced

say "a write to a region that is not hot"
node a dyad -q demote r0
node a dyad -q disconnect r0
node b dyad -q disconnect r0
node a dyad -q promote r0 --force
on
dd if=/dev/zero of=/dev/dyad0 bs=4k count=1 oflag=direct conv=notrunc status=none
off
got=$(events dyad0 W)
say "W: $got"
[ "$got" = "enter got_region start local_end complete" ] || fail "the events of W are: $got"
