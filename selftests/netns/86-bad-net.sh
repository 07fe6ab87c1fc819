#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A net that delays, loses, doubles and reorders packets costs time only.
# seconds: 300
# shellcheck source=lib.sh
. ./lib.sh
pair_up
for n in a b; do
	node $n tc qdisc add dev v$n root netem delay 3ms 2ms loss 1% duplicate 1% reorder 5%
done
fio_job net /dev/dyad0 --rw=randwrite --bsrange=4k-32k --number_ios=150 \
	--ioengine=libaio --iodepth=8 --verify=crc32c --verify_fatal=1 --size=24m
link_is a connected || fail "the session ended"
disks_equal
