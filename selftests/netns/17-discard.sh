#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A discard reaches both disks and leaves the same there.
# shellcheck source=lib.sh
. ./lib.sh
pair_up
write_random /dev/dyad0 0 8192
blkdiscard -o 1M -l 4M /dev/dyad0
disks_equal
expect "$(head -c 4M /dev/zero | md5sum | cut -c1-32)" read_sum /dev/db 1024 4096
blkdiscard -f /dev/dyad0
disks_equal
