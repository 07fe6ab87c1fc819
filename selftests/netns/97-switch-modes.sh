#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Modes are switched again and again under fio with verification; each is on both
# sides' disks, survives a restart, and both disks are equal afterwards.
# seconds: 300
# shellcheck source=lib.sh
. ./lib.sh
MODES="memsync async sync async memsync sync"
pair_up
fio_job verify /dev/dyad0 --rw=randwrite --bs=4k --number_ios=$((SLOW > 3 ? 2000 : 20000)) \
	--verify=crc32c --verify_fatal=1 --size=24m --fsync=50 --numjobs=1 --ioengine=libaio --iodepth=8 &
job=$!
writing
switches=0
while kill -0 $job 2>/dev/null; do
	for mode in $MODES; do
		node a dyad -q set r0 mode "$mode"
		expect "$mode" field a .mode
		expect "$mode" field b .mode
		switches=$((switches + 1))
	done
done
wait $job || fail "fio failed"
[ $switches -ge 4 ] || fail "only $switches switches"
say "$switches switches under $(field a '.volume[0].writes') writes"
node a dyad -q set r0 mode memsync
node a dyad -q demote r0
disks_equal

# On the disks of both; the peer takes what the primary says.
for n in a b; do
	node $n dyad -q delete r0
done
node_up a r0
node_up b r0
expect memsync field a .mode
expect memsync field b .mode
node b dyad -q set r0 mode sync
expect sync field b .mode
node a dyad -q promote r0 --force
connect
synced
expect memsync field b .mode
expect_fail "expected one of" node a dyad set r0 mode lazy
node a dyad status r0 | grep -q "mode memsync" || fail "the mode is not shown"
