#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Attaching a disk makes a device of the disk's size that nobody can open
# before the data is known to be good; detaching takes it away.
# shellcheck source=lib.sh
. ./lib.sh
modprobe dyad
net_up
make_disk da 16
node a dyad -q create r0 node 1
attach a r0 da device 7
wait_for 5 test -b /dev/dyad7
expect $((16 * 2048)) cat /sys/block/dyad7/size
data_is a inconsistent || fail "a new disk counts as $(field a '.volume[0]')"
! dd if=/dev/dyad7 of=/dev/null bs=4k count=1 status=none 2>/dev/null ||
	fail "a secondary without good data was read"
expect_fail "" dmsetup create x --table "0 32768 linear /dev/da 0"
node a dyad -q detach r0
wait_for 5 test ! -e /sys/block/dyad7
dd if=/dev/da of=/dev/null bs=4k count=1 status=none || fail "the disk is still held"
node a dyad -q delete r0
