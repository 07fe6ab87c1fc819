#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The roles change sides; each side sees what the other wrote, also through
# its page cache, and at no time are there two primaries.
# shellcheck source=lib.sh
. ./lib.sh
pair_up
turn() { # NODE OWN-DEVICE OTHER OTHER-DEVICE ROUND
	role_is "$1" primary || lead "$1"
	cat "$4" >/dev/null
	echo "$1 writes in round $5" >/tmp/text
	dd if=/tmp/text of="$2" bs=4k conv=sync,notrunc,fsync status=none
	expect "$(cat /tmp/text)" sh -c "dd if=$4 bs=4k count=1 iflag=direct status=none | tr -d '\\0'"
	expect_fail primary node "$3" dyad promote r0
	expect_fail primary node "$3" dyad promote r0 --force
}
for round in 1 2 3; do
	turn a /dev/dyad0 b /dev/dyad1 $round
	turn b /dev/dyad1 a /dev/dyad0 $round
done
disks_equal
lead a
expect "b writes in round 3" sh -c "dd if=/dev/dyad0 bs=4k count=1 status=none | tr -d '\\0'"
