#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A discard reaches both disks, which then read as zeroes there; where a disk
# cannot promise zeroes, no discard is offered.
# shellcheck source=lib.sh
. ./lib.sh
ground
loop_disks 24
pair_join
write_random /dev/dyad0 0 8192
blkdiscard -o 1M -l 4M /dev/dyad0
disks_equal
zeroes=$(head -c 4M /dev/zero | md5sum | cut -c1-32)
expect "$zeroes" read_sum /dev/da 1024 4096
expect "$zeroes" read_sum /dev/db 1024 4096
blkdiscard -f /dev/dyad0
disks_equal
node a dyad -q demote r0
node a dyad -q delete r0
# This disk discards, but does not promise what is read afterwards.
make_disk plain 16
node a dyad -q create r1 node 1
attach a r1 plain device 5
expect 0 cat /sys/block/dyad5/queue/discard_max_bytes
