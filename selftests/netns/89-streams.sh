#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The session has as many data streams as the lower offer, and writes from
# several jobs at once end up equal on both disks (law 8).
# seconds: 300
# shellcheck source=lib.sh
. ./lib.sh
ground
disks_up
node a dyad -q create r0 node 1 streams 4
node b dyad -q create r0 node 2 streams 3
attach a r0 da device 0
attach b r0 db device 1
node a dyad -q peer add r0 b node 2 address 10.0.0.2 key-file "$KEY"
node b dyad -q peer add r0 a node 1 address 10.0.0.1 key-file "$KEY"
node a dyad -q promote r0 --force
connect
synced
expect 3 field a '.peer[0].streams'
expect 3 field b '.peer[0].streams'
# All jobs write the same blocks: only one order can win, the same on both.
fio_job many /dev/dyad0 --rw=randwrite --bs=4k --numjobs=4 --ioengine=libaio \
	--iodepth=16 --number_ios=500 --size=256k
disks_equal
