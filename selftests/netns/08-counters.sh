#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Law 11, in numbers: status counts what was done, and what waits for what; and it
# remembers the loss of the session after the next one stands.
# shellcheck source=lib.sh
. ./lib.sh
MB=128
volume() { field "$1" ".volume[0][\"$2\"]"; }
volume_is() { [ "$(volume "$1" "$2")" = "$3" ]; }
peer() { field "$1" ".peer[0][\"$2\"]"; }

table() { echo "0 $((8 * 2048)) delay /dev/rawm 0 0 /dev/rawm 0 $1"; }
ground
make_disk rawm 8
dmsetup create slow --table "$(table 0)"
ln -sfn mapper/slow /dev/mda
loop_disks $MB	# which can discard
dyad -q meta create /dev/da meta /dev/mda
pair_join
rm /dev/mda
expect 1 peer a sessions
expect 1 peer b sessions
expect null peer a lost-at
expect null peer a lost-reason

say "a write that waits for its region"
dmsetup suspend slow
dmsetup load slow --table "$(table $((8000 * SLOW)))"
dmsetup resume slow
dd if=/dev/zero of=/dev/dyad0 bs=1M seek=100 count=1 oflag=direct conv=notrunc status=none &
writer=$!
waits() { [ "$(volume a waiting-region)" -gt 0 ]; }
says() { node a dyad status r0 | grep -q 'waiting for metadata'; }
wait_for 10 waits
wait_for 10 says
expect 0 volume a waiting
wait $writer
expect 0 volume a waiting-region
dmsetup suspend slow
dmsetup load slow --table "$(table 0)"
dmsetup resume slow

say "what was done"
before=()
keys=(writes write-bytes discards reads read-bytes peer-writes)
for k in "${keys[@]}"; do before+=("$(volume a "$k")"); done
stored=$(volume b peer-writes)
dd if=/dev/zero of=/dev/dyad0 bs=8k seek=$((100 << 7)) count=5 oflag=direct conv=notrunc status=none
dd if=/dev/dyad0 of=/dev/null bs=16k count=3 iflag=direct status=none
more() { # KEY NUMBER
	local i
	for i in "${!keys[@]}"; do
		[ "${keys[i]}" != "$1" ] || expect $((before[i] + $2)) volume a "$1"
	done
}
more writes 5
more write-bytes 40960
more discards 0
more reads 3
more read-bytes 49152
more peer-writes 0
expect $((stored + 5)) volume b peer-writes
blkdiscard -o 0 -l 1048576 /dev/dyad0
more discards 1
more writes 6
more write-bytes 40960
expect 0 volume a pending

say "a session is lost"
begin=$(date +%s)
link_cut
disconnected
link_heal
connected() { link_is a connected && link_is b connected; }
wait_for 20 connected
synced
for n in a b; do
	expect 2 peer $n sessions
	[ "$(peer $n lost-at)" -ge "$begin" ] || fail "$n: it was lost before it was cut"
	[ "$(peer $n lost-at)" -le "$(date +%s)" ] || fail "$n: it is going to be lost"
	expect null peer $n reason
	[[ $(peer $n lost-reason) == *"nothing was heard"* || $(peer $n lost-reason) == *"closed"* ||
		$(peer $n lost-reason) == *"new session"* || $(peer $n lost-reason) == *"replaced"* ]] ||
		fail "$n says that it was lost because $(peer $n lost-reason)"
done
# A session that is ended on purpose counts as well.
node a dyad -q disconnect r0
disconnected
[[ $(peer a lost-reason) == *"disconnected by the operator"* ]] ||
	fail "a says that it was lost because $(peer a lost-reason)"
expect 2 peer a sessions
