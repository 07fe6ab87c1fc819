#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The module unloads whenever nothing is open, connected or not, and does not
# while something is.
# shellcheck source=lib.sh
. ./lib.sh
pair_up
exec 7</dev/dyad0
! rmmod dyad 2>/dev/null || fail "unloaded under an open device"
node a dyad -q wait r0 connected timeout 5
exec 7>&-
wait_for 5 rmmod dyad
[ ! -e /sys/block/dyad0 ] || fail "the device is still there"
modprobe dyad
pair_join
disks_equal
