# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# fence: what the tests of fencing share.

# fencing A B: set it on the two nodes, and connect them again.
fencing() {
	node a dyad -q disconnect r0
	node b dyad -q disconnect r0
	disconnected
	node a dyad -q set r0 fencing "$1"
	node b dyad -q set r0 fencing "$2"
	connect
	synced
}

# a says that its I/O waits, and how the question stands.
fence_is() {
	[ "$(field a '.held.fencing')" = true ] && [ "$(field a '."fence-state"')" = "$1" ]
}

fence_over() { [ "$(field a '.held.fencing')" = false ]; }

# A write and a read in the background; none of them ends while it is held back.
start_io() {
	write_random /dev/dyad0 "$1" 64 &
	write=$!
	dd if=/dev/dyad0 of=/dev/null bs=4k count=1 iflag=direct status=none &
	read=$!
}

held_back() { [ "$(field a '.volume[0].waiting')" -ge 2 ]; }

io_waits() {
	wait_for 10 held_back
	[ -e "/proc/$write" ] || fail "a write ends without an answer"
	[ -e "/proc/$read" ] || fail "a read ends without an answer"
}

io_ends() {
	wait "$write" || fail "a write failed that had waited"
	wait "$read" || fail "a read failed that had waited"
}
