#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Rule H2, law 13: the primary's disk fails while a verify waits for the range of a write that
# waits for that disk. The verify is broken off, the write goes on by the peer's disk, and the
# application sees no error; in sync and in async.
# seconds: 300
# shellcheck source=lib.sh
. ./lib.sh
LIMIT=$((20 * SLOW))
ground
frail_disks
frail_meta a
pair_join
trap 'dmsetup resume mda || true' EXIT
verifies() { [ "$(field a '.volume[0]["sync-role"]')" = verify ]; }
under_way() { [ "$(field a '.volume[0]["sync-done"]')" -gt 0 ]; }
# All before the write has been compared, and it stays at that.
verify_waits() { verifies && [ "$(field a '.volume[0]["sync-done"]')" = $((8192 * 1024)) ]; }
back() { [ "$(field a '.held["disk-hangs"]')" = false ]; }
b_leads() { node b dyad -q promote r0 2>/dev/null; }
for mode in sync async; do
	node a dyad -q set r0 mode $mode io-timeout $LIMIT resync-rate 1M
	node a dyad -q verify start r0
	wait_for 20 under_way
	# Its region is cold, so the metadata come first.
	dmsetup suspend --noflush mda
	(dd if=/dev/urandom of=/dev/dyad0 bs=64k count=1 seek=128 oflag=direct conv=notrunc \
		status=none && echo ended) >/tmp/write 2>&1 &
	writer=$!
	wait_for 20 verify_waits
	wait_for $((2 * LIMIT + 20)) leans
	log_has "verify stopped"
	wait $writer || fail "$mode: the write failed: $(cat /tmp/write)"
	expect ended cat /tmp/write
	expect "$(read_sum /dev/rawb 8192 64)" read_sum /dev/dyad0 8192 64

	# It is given back, and what it missed is copied.
	dmsetup resume mda
	wait_for 20 back
	node a dyad -q demote r0
	wait_for 10 b_leads
	node a dyad -q disconnect r0
	node a dyad -q detach r0
	attach a r0 da device 0
	node a dyad -q set r0 resync-rate 0
	node a dyad -q connect r0
	synced
	node b dyad -q demote r0
	node a dyad -q promote r0
	synced
	same_bytes /dev/rawa /dev/rawb || fail "$mode: the disks differ"
done
