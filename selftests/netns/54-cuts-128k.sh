#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Ten cuts and rejoins (three on a slow kernel) of the link under fio with verification: 128 KiB sequential.
# No verify error, and both disks are equal after each rejoin.
# seconds: 600
# shellcheck source=lib.sh
. ./lib.sh
PING=$((700 * SLOW))
pair_up
for ((round = 1; round <= (SLOW > 1 ? 3 : 10); round++)); do
	fio_job verify /dev/dyad0 --rw=write --bs=128k --loops=2 \
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
say "128 KiB sequential: $(field a '.volume[0].writes') writes"
