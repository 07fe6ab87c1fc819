#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A secondary is never opened for writing, also not by root in a hurry.
# shellcheck source=lib.sh
. ./lib.sh
pair_up
before=$(read_sum /dev/db 0 64)
! dd if=/dev/zero of=/dev/dyad1 bs=4k count=1 oflag=direct conv=notrunc status=none 2>/tmp/err ||
	fail "a secondary was written"
! blkdiscard -f /dev/dyad1 2>/dev/null || fail "a secondary was discarded"
! mkfs.ext4 -qF /dev/dyad1 2>/dev/null || fail "a secondary got a file system"
expect "$before" read_sum /dev/db 0 64
disks_equal
