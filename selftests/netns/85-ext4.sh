#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A file system with files in use over a cut; the peer's copy is whole.
# seconds: 300
# shellcheck source=lib.sh
. ./lib.sh
MB=64
pair_up
mkfs.ext4 -q /dev/dyad0
mkdir -p /mnt/fs
mount /dev/dyad0 /mnt/fs
cp -r /usr/sbin /mnt/fs/one
link_cut
node a dyad -q wait r0 disconnected timeout $((20 * SLOW))
cp -r /usr/bin /mnt/fs/two
rm -r /mnt/fs/one
link_heal
(cd /mnt/fs && find . -type f -exec md5sum {} + >/tmp/sums)
synced
umount /mnt/fs
disks_equal
lead b
e2fsck -fn /dev/dyad1 >/tmp/fsck 2>&1 || fail "fsck: $(cat /tmp/fsck)"
mount /dev/dyad1 /mnt/fs
(cd /mnt/fs && md5sum --quiet -c /tmp/sums) || fail "a file is damaged"
umount /mnt/fs
