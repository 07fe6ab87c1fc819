#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Discard and write-zeroes on disks that have commands for both.
# shellcheck source=lib.sh
. ./lib.sh
ground
loop_disks 24
pair_join
write_random /dev/dyad0 0 8192
blkdiscard -o 1M -l 2M /dev/dyad0
blkdiscard -z -o 4M -l 2M /dev/dyad0
fallocate -p -o 7M -l 64K /dev/dyad0
disks_equal
zeroes=$(head -c 2M /dev/zero | md5sum | cut -c1-32)
expect "$zeroes" read_sum /dev/dyad0 1024 2048
expect "$zeroes" read_sum /dev/db 4096 2048
