#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The tool and the module agree on the metadata: what one writes the other
# reads; a disk in use, with something on it, or without metadata is refused.
# shellcheck source=lib.sh
. ./lib.sh

# meta FIELD: what the metadata on /dev/da say, by the tool.
meta() { dyad -j meta show /dev/da | jq -r ".[\"$1\"]"; }

# damage DEVICE BYTE: make it another one.
damage() {
	local was
	was=$(dd if="$1" bs=1 skip="$2" count=1 status=none | od -An -tu1)
	printf '%b' "\\x$(printf %x $((255 - was)))" |
		dd of="$1" bs=1 seek="$2" conv=notrunc,fsync status=none
}

ground
make_disk da 32
make_disk md 8
node a dyad -q create r0 node 1
expect_fail "there are no metadata" node a dyad attach r0 disk /dev/da

# On the disk itself.
mkfs.ext4 -q /dev/da
expect_fail "ext4 file system" dyad meta create /dev/da
mkdir -p /mnt/x
mount /dev/da /mnt/x
expect_fail "it is in use" dyad meta create /dev/da --force
umount /mnt/x
dyad -q meta create /dev/da --force
expect "" wipefs /dev/da
node a dyad -q attach r0 disk /dev/da
for verb in show check dump; do
	expect_fail "it is in use" dyad meta $verb /dev/da
done
expect_fail "it is in use" dyad meta create /dev/da --force
expect_fail "it is in use" dyad meta wipe /dev/da --force
node a dyad -q promote r0 --force
write_random /dev/dyad0 4096 64
generation=$(field a .generation)
size=$(field a '.volume[0].size')
expect "$size" blockdev --getsize64 /dev/dyad0
sum=$(read_sum /dev/dyad0 4096 64)
node a dyad -q delete r0
dyad -q meta check /dev/da
expect "$generation" meta generation
expect "$size" meta size
expect r0 meta resource
expect true meta clean
expect uptodate meta data-state
expect "$sum" read_sum /dev/da $((4096 + $(meta data-start) / 1024)) 64

# One bad superblock is enough to be seen, and too few to be lost.
for at in 100 $((65536 + 100)); do
	damage /dev/da $at
	expect_fail "superblock damaged" dyad meta check /dev/da
	node a dyad -q create r0 node 1
	node a dyad -q attach r0 disk /dev/da
	expect "$generation" field a .generation
	node a dyad -q delete r0
	dyad -q meta check /dev/da || fail "the bad copy was not written anew"
done
damage /dev/da 100
damage /dev/da $((65536 + 100))
node a dyad -q create r0 node 1
expect_fail "damaged" node a dyad attach r0 disk /dev/da
expect_fail "damaged or newer ones" dyad meta create /dev/da

# An existing disk is adopted in place.
mkfs.ext4 -q /dev/da
mount /dev/da /mnt/x
echo here before >/mnt/x/note
umount /mnt/x
sum=$(md5sum </dev/da)
dyad -q meta create /dev/da meta /dev/md
expect "$sum" md5sum </dev/da
expect_fail "there are no metadata" node a dyad attach r0 disk /dev/da
node a dyad -q attach r0 disk /dev/da meta /dev/md
expect_fail "it is in use" dyad meta show /dev/md
node a dyad -q promote r0 --force
mount /dev/dyad0 /mnt/x
expect "here before" cat /mnt/x/note
umount /mnt/x
node a dyad -q delete r0
dyad -q meta check /dev/da meta /dev/md
dyad -q meta wipe /dev/md --force
mount /dev/da /mnt/x
expect "here before" cat /mnt/x/note
umount /mnt/x
