#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A mounted file system grows with its volume; the peer's copy of it is whole.
# seconds: 300
# shellcheck source=lib.sh
. ./lib.sh
# shellcheck source=grow.sh
. ./grow.sh
ground
grow_pair internal internal 64
mkfs.ext4 -q /dev/dyad0
mkdir -p /mnt/fs
mount /dev/dyad0 /mnt/fs
cp -r /usr/sbin /mnt/fs/one
cp -r /usr/bin /mnt/fs/two &
job=$!
enlarge a 160
enlarge b 160
node a dyad -q resize r0
before=$(stat -f -c %b /mnt/fs)
resize2fs /dev/dyad0 >/tmp/resize2fs 2>&1 || fail "resize2fs: $(cat /tmp/resize2fs)"
[ "$(stat -f -c %b /mnt/fs)" -gt $((2 * before)) ] || fail "the file system has not grown"
wait $job || fail "a copy failed"
head -c 60M /dev/urandom >/mnt/fs/three
(cd /mnt/fs && find . -type f -exec md5sum {} + >/tmp/sums)
umount /mnt/fs
synced
data_equal
lead b
e2fsck -fn /dev/dyad1 >/tmp/fsck 2>&1 || fail "fsck: $(cat /tmp/fsck)"
mount /dev/dyad1 /mnt/fs
(cd /mnt/fs && md5sum --quiet -c /tmp/sums) || fail "a file is damaged"
umount /mnt/fs
