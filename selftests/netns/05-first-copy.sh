#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The first copy makes both disks equal, whatever they held before.
# shellcheck source=lib.sh
. ./lib.sh
ground
disks_up
write_random /dev/da 0 8192
write_random /dev/db 4096 8192
sum=$(read_sum /dev/da 0 8192)
pair_join
disks_equal
expect "$sum" read_sum /dev/db 0 8192
data_is b uptodate || fail "the target is not up to date"
