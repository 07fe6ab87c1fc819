#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A resync and a verify keep to the cap, and go on at full speed once it is lifted.
# seconds: 300
# shellcheck source=lib.sh
. ./lib.sh
[ "$SLOW" -lt 4 ] || skip "it is about time, which this kernel has its own idea of"
MB=24
ground
disks_up
head -c 16M /dev/urandom >/dev/da
sync
node_up a r0
node_up b r0
node a dyad -q set r0 resync-rate 3M
node a dyad -q promote r0 --force
connect
synced
disks_equal
ms=$(field a '.volume[0]["sync-ms"]')
say "24 MiB at 3 MiB/s: $ms ms"
[ "$ms" -ge 6500 ] || fail "the cap was not kept: $ms ms"
[ "$ms" -le $((30000 * SLOW)) ] || fail "much slower than the cap allows: $ms ms"

# Would take 48 s.
node a dyad -q set r0 resync-rate 512K
node a dyad -q verify start r0
some_compared() { [ "$(field a '.volume[0]["sync-done"]')" -gt $((512 << 10)) ]; }
wait_for 20 some_compared
node a dyad -q set r0 resync-rate 0
node a dyad -q wait r0 verified timeout $((60 * SLOW))
ms=$(field a '.volume[0]["sync-ms"]')
say "24 MiB, soon without a cap: $ms ms"
[ "$ms" -lt 40000 ] || fail "the cap was not lifted: $ms ms"
expect 0 field a '.volume[0]["sync-differ"]'
