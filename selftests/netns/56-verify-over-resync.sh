#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# fio with verification while the first copy runs: application writes win over
# the copy, on both disks (law 8).
# seconds: 300
# shellcheck source=lib.sh
. ./lib.sh
MB=96
ground
disks_up
head -c 64M /dev/urandom >/dev/da
sync
# A slow link makes the copy last longer than fio.
node a tc qdisc add dev va root tbf rate 10mbit burst 64k latency 50ms
node_up a r0
node_up b r0
node a dyad -q promote r0 --force
connect
running() { [ "$(field a '.volume[0]["sync-role"]')" = source ]; }
wait_for 10 running
fio_job over /dev/dyad0 --rw=randwrite --bs=4k --number_ios=300 --size=90m \
	--verify=crc32c --verify_fatal=1 --randseed=7
running || fail "the copy was over before fio"
node a tc qdisc del dev va root
synced
disks_equal
fio_job again /dev/dyad0 --rw=randwrite --bs=4k --number_ios=300 --size=90m \
	--verify=crc32c --verify_only --randseed=7
