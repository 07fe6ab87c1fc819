#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Write-zeroes zeroes the range on both disks, whether or not the disk has a
# command for it, and whatever its alignment.
# shellcheck source=lib.sh
. ./lib.sh
pair_up
write_random /dev/dyad0 0 8192
blkdiscard -z -o 1M -l 4M /dev/dyad0
disks_equal
expect "$(head -c 4M /dev/zero | md5sum | cut -c1-32)" read_sum /dev/db 1024 4096
blkdiscard -z -o 6656 -l 1536 /dev/dyad0
disks_equal
