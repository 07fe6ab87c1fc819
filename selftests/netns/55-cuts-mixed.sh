#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Ten cuts and rejoins (three on a slow kernel) of the link under fio with verification: mixed sizes, reads and writes, fsync.
# No verify error, and both disks are equal after each rejoin.
# seconds: 600
# shellcheck source=lib.sh
. ./lib.sh
PING=$((700 * SLOW))
pair_up
for ((round = 1; round <= (SLOW > 1 ? 3 : 10); round++)); do
	fio_job verify /dev/dyad0 --rw=randrw --bsrange=4k-64k --fsync=16 --number_ios=800 \
		--verify=crc32c --verify_fatal=1 --size=24m --randseed="$round" &
	job=$!
	wait_for 10 written_since
	link_cut
	node a dyad -q wait r0 disconnected timeout $((20 * SLOW))
	link_heal
	wait $job || fail "fio failed in round $round"
	synced
	disks_equal
done
say "mixed sizes, reads and writes, fsync: $(field a '.volume[0].writes') writes"
