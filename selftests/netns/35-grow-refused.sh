#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Growing is refused in words wherever it cannot be done on both, and nothing has
# changed then.
# seconds: 300
# shellcheck source=lib.sh
. ./lib.sh
# shellcheck source=grow.sh
. ./grow.sh
[ "$SLOW" -lt 4 ] || skip "it is about words, and takes too long on this kernel"
ground
grow_pair internal external 32
old=$(same_size)
refused() { # NODE WORDS
	expect_fail "$2" node "$1" dyad resize r0
	expect "$old" same_size
}
expect_fail "no such volume" node a dyad resize r0 volume 3
expect_fail "no such resource" node a dyad resize r7
refused a "the disk here has not grown"
refused b "the peer is primary"
enlarge a 64
refused a "the peer's disk has not grown"
enlarge a 31
refused a "the disk here has not grown"
enlarge a 32
enlarge b 64
refused a "the disk here has not grown"
node a dyad -q demote r0
refused b "the peer's disk has not grown"

# Room for the new map beside the old one.
enlarge a 64
node b dyad -q delete r0
remove_disk mb
make_disk mb 2
truncate -s "$(file_size b 32)" /tmp/b.img
losetup -c "$(readlink -f /dev/db)"
dyad -q meta create /dev/db meta /dev/mb
grow_up b
node b dyad -q connect r0
node a dyad -q promote r0 --force
synced
truncate -s 200G /tmp/a.img
losetup -c "$(readlink -f /dev/da)"
truncate -s 200G /tmp/b.img
losetup -c "$(readlink -f /dev/db)"
refused a "the peer's metadata device has no room"
enlarge a 64
enlarge b 64

# Not connected, or not in step.
node a dyad -q disconnect r0
expect_fail "while both nodes are connected" node a dyad resize r0
node a tc qdisc add dev va root tbf rate 2mbit burst 64k latency 50ms
write_random /dev/dyad0 0 8192
node a dyad -q connect r0
node a dyad -q wait r0 connected timeout $((20 * SLOW))
expect_fail "hold the same" node a dyad resize r0
expect_fail "" node b dyad resize r0
node a tc qdisc del dev va root
synced
expect "$old" same_size

# Not before what a verify has found is repaired.
write_random /dev/db 8192 8
node a dyad -q verify start r0
node a dyad -q wait r0 verified timeout $((60 * SLOW))
refused a "what a verify has found"
node a dyad -q verify start r0 --repair
node a dyad -q wait r0 verified timeout $((60 * SLOW))
synced
expect 0 field a '.volume[0].dirty'

# And now nothing is in the way.
node a dyad -q resize r0
[ "$(same_size)" -gt "$old" ] || fail "it did not grow"
synced
data_equal
