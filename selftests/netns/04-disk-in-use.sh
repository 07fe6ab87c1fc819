#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A disk that something else holds is refused, and a disk held by dyad cannot
# be taken by something else.
# shellcheck source=lib.sh
. ./lib.sh
modprobe dyad
net_up
make_disk da 16
node a dyad -q create r0 node 1
mkfs.ext4 -q /dev/da
mkdir -p /mnt/x
mount /dev/da /mnt/x
expect_fail "" node a dyad attach r0 disk /dev/da
umount /mnt/x
attach a r0 da
expect_fail "" mount /dev/da /mnt/x
node a dyad -q delete r0
mount /dev/da /mnt/x || fail "the disk is still held"
