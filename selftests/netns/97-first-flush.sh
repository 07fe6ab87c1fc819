#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Law 10: the first flush in async covers what completed before, in sync: the peer's disk
# flushes between that and what is written afterwards.
# shellcheck source=lib.sh
. ./lib.sh
ground
logged_disks
pair_join
write_random /dev/dyad0 308 4
node a dyad -q set r0 mode async
dmsetup message db 0 mark async
sync /dev/dyad0
write_random /dev/dyad0 396 4
caught_up() { [ "$(field a .lag)" = 0 ]; }
wait_for 20 caught_up
read_log
awk '/mark/ { marks++; next }
	!marks && $1 == 616 { before = 1 }
	marks && /flush/ { flushed = 1 }
	marks && $1 == 792 { ordered = before && flushed }
	END { exit !ordered }' /tmp/log ||
	fail "the peer did not flush before the next write"
