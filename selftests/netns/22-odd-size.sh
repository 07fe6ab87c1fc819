#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A size that is no multiple of 4 KiB or of a region: every sector counts.
# shellcheck source=lib.sh
. ./lib.sh
ground
for n in a b; do
	make_disk raw$n 16
	# 9 MiB, 5 sectors and no more
	dmsetup create d$n --table "0 18437 linear /dev/raw$n 0"
	ln -sfn mapper/d$n /dev/d$n
done
head -c $((18437 * 512)) /dev/urandom >/dev/da
sync
pair_join
expect 18437 cat /sys/block/dyad0/size
disks_equal
dd if=/dev/urandom of=/dev/dyad0 bs=512 seek=18436 count=1 oflag=direct conv=notrunc status=none
dd if=/dev/urandom of=/dev/dyad0 bs=512 seek=18429 count=8 oflag=direct conv=notrunc status=none
disks_equal
! dd if=/dev/zero of=/dev/dyad0 bs=512 seek=18437 count=1 oflag=direct conv=notrunc status=none 2>/dev/null ||
	fail "written past the end"
