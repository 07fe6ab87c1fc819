#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Law 9: connections by the hundred that say nothing hold bounded memory for a
# bounded time, and the good peer can go and come back meanwhile.
# seconds: 300
# shellcheck source=lib.sh
. ./lib.sh
pair_up
node a stranger 10.0.0.2 hold 300 >/tmp/held &
wait_for 30 grep -q held /tmp/held
fio_job good /dev/dyad0 --rw=randwrite --bs=4k --time_based --runtime=3 \
	--max_latency=$((2 * SLOW))s
link_is a connected || fail "the good session ended"
node a dyad -q disconnect r0
disconnected
write_random /dev/dyad0 0 64
node a dyad -q connect r0
synced
disks_equal
few() { [ "$(node b ss -Htn state established 'sport = 8459' | wc -l)" -le 20 ]; }
wait_for 40 few
kill %1
