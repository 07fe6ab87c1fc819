#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Law 7: a page of the metadata that is zeroed, flipped or torn is noticed: one
# superblock is enough, two bad ones are refused, a bad map page counts as all hot or
# all dirty, and a resync puts everything right.
# seconds: 240
# shellcheck source=lib.sh
. ./lib.sh
MB=64
pair_up
write_random /dev/dyad0 0 512
node b dyad -q delete r0
dd if=/dev/mdb of=/tmp/good bs=1M iflag=direct status=none
# Sectors of the two superblocks, the intent map and the dirty map.
first=0 second=128 intent=256 dirty=2048
size=$((MB * 1024 * 1024))

damage() { # HOW SECTOR
	case $1 in
	zero) dd if=/dev/zero of=/dev/mdb seek="$2" count=8 oflag=direct status=none ;;
	torn) dd if=/dev/urandom of=/dev/mdb seek=$(($2 + 4)) count=4 oflag=direct status=none ;;
	flip)
		dd if=/dev/mdb of=/tmp/page skip="$2" count=8 iflag=direct status=none
		printf '\125' | dd of=/tmp/page bs=1 seek=$((200 + RANDOM % 3000)) conv=notrunc status=none
		dd if=/tmp/page of=/dev/mdb seek="$2" count=8 oflag=direct status=none
		;;
	esac
}

restore() { dd if=/tmp/good of=/dev/mdb bs=1M oflag=direct status=none; }

ways="zero torn flip"
[ "$SLOW" -lt 4 ] || ways=flip	# where processes are slow
for how in $ways; do
	for at in $first $second; do
		damage "$how" "$at"
		node_up b r0 || fail "$how at $at: one superblock was not enough"
		data_is b outdated || fail "$how at $at: b is $(field b '.volume[0]["data-state"]')"
		expect 0 field b '.volume[0].suspect'
		node b dyad -q delete r0
		dyad meta check /dev/mdb >/dev/null || fail "$how at $at: not put right"
		restore
	done
	damage "$how" $first
	damage "$how" $second
	node b dyad -q create r0 node 2
	want=superblock
	[ "$how" != zero ] || want="no metadata"
	expect_fail "$want" node b dyad attach r0 disk /dev/db meta /dev/mdb device 1
	node b dyad -q delete r0
	restore
	for at in $intent $dirty; do
		damage "$how" "$at"
		node_up b r0 || fail "$how at $at: a map page made the disk unusable"
		expect $size field b '.volume[0].suspect'
		if [ "$how" = flip ]; then
			write_random /dev/db 32 8
			node b dyad -q connect r0
			synced
			disks_equal
			expect 0 field b '.volume[0].suspect'
		fi
		node b dyad -q delete r0
		restore
	done
done
node_up b r0
node b dyad -q connect r0
synced
disks_equal
