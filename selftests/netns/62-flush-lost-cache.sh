#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Law 2, end to end: the peer's disk has a volatile cache that is then lost;
# everything that was fsynced on the primary is still on the peer.
# shellcheck source=lib.sh
. ./lib.sh
ground
make_disk da 16
make_disk rawb 16
dmsetup create db --table "0 $((16 * 2048)) linear /dev/rawb 0"
ln -sfn mapper/db /dev/db
pair_join
mkfs.ext4 -q /dev/dyad0
mkdir -p /mnt/fs
mount /dev/dyad0 /mnt/fs
recorder write /mnt/fs/records /tmp/report 40
# From here on the peer's disk drops every write: nothing that comes later counts.
dmsetup suspend --nolockfs db
dmsetup load db --table "0 $((16 * 2048)) flakey /dev/rawb 0 0 3600 1 drop_writes"
dmsetup resume db
recorder write /mnt/fs/more /tmp/report2 5
node b dyad -q disconnect r0
umount /mnt/fs
node b dyad -q delete r0
dmsetup remove db
e2fsck -fp /dev/rawb >/tmp/fsck || [ $? -le 1 ] || fail "fsck: $(cat /tmp/fsck)"
mount /dev/rawb /mnt/fs
recorder check /mnt/fs/records "$(tail -1 /tmp/report)" || fail "an fsynced record is lost"
