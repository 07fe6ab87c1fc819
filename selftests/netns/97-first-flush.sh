#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Law 10: the first flush in async covers what completed before, in sync: the peer's disk
# flushes between that and what is written afterwards.
# shellcheck source=lib.sh
. ./lib.sh
ground
make_disk da 16 cache_size=4
make_disk rawb 16 cache_size=4
make_disk logb 64
dmsetup create db --table "0 $((16 * 2048)) log-writes /dev/rawb /dev/logb"
ln -sfn mapper/db /dev/db
pair_join
write_random /dev/dyad0 308 4
node a dyad -q set r0 mode async
dmsetup message db 0 mark async
sync /dev/dyad0
write_random /dev/dyad0 396 4
caught_up() { [ "$(field a .lag)" = 0 ]; }
wait_for 20 caught_up
node a dyad -q demote r0
node a dyad -q delete r0
node b dyad -q delete r0
dmsetup remove db
blockdev --flushbufs /dev/logb
logwrites /dev/logb >/tmp/log
sed 's/^/# /' /tmp/log | tail -20
awk '/mark/ { marks++; next }
	!marks && $1 == 616 { before = 1 }
	marks && /flush/ { flushed = 1 }
	marks && $1 == 792 { ordered = before && flushed }
	END { exit !ordered }' /tmp/log ||
	fail "the peer did not flush before the next write"
