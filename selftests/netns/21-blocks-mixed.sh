#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# One disk has 4 KiB blocks, the other 512 bytes: the pair agrees on 4 KiB.
# shellcheck source=lib.sh
. ./lib.sh
ground
make_disk da $MB
make_disk db $MB blocksize=4096
pair_join
expect 4096 cat /sys/block/dyad0/queue/logical_block_size
fio_job w /dev/dyad0 --rw=randwrite --bs=4k --number_ios=64
disks_equal
lead b
fio_job w /dev/dyad1 --rw=randwrite --bs=4k --number_ios=64
disks_equal
