#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The device can be partitioned, and a partition is replicated.
# shellcheck source=lib.sh
. ./lib.sh
pair_up
echo 'start=2048,size=20480,type=83' | sfdisk -q --no-tell-kernel /dev/dyad0
blockdev --rereadpt /dev/dyad0
wait_for 5 test -b /dev/dyad0p1
write_random /dev/dyad0p1 0 256
disks_equal
expect "$(read_sum /dev/dyad0p1 0 256)" read_sum /dev/db 1024 256
# Minors come from the extended range, which LVM and libvirt know.
expect 259 sh -c "printf '%d' 0x$(stat -c %t /dev/dyad0)"
