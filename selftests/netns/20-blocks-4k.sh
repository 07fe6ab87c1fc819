#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Disks with 4 KiB blocks: the device has them too, and replicates.
# shellcheck source=lib.sh
. ./lib.sh
pair_up blocksize=4096
expect 4096 cat /sys/block/dyad0/queue/logical_block_size
fio_job w /dev/dyad0 --rw=randwrite --bs=4k --number_ios=64
disks_equal
! dd if=/dev/zero of=/dev/dyad0 bs=512 count=1 oflag=direct conv=notrunc status=none 2>/dev/null ||
	fail "half a block was written"
