#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Law 6: regions are hot on the disk before they are written, many by one metadata
# write; writes to hot regions need none. More than the accepted recovery takes time
# for cool down again, with and without a peer.
# shellcheck source=lib.sh
. ./lib.sh
MB=512
VOLUMES=0
ground
disks_up memory_backed=1
node_up a r0
node_up b r0
node a dyad -q promote r0 --force --assume-equal 2>/dev/null &&
	fail "disks were assumed equal without asking the peer"
node a dyad -q connect r0
node b dyad -q connect r0
node a dyad -q wait r0 connected timeout $((20 * SLOW))
node a dyad -q promote r0 --force --assume-equal
synced
expect 0 field a '.volume[0]["sync-copied"]'

meta_writes() { field a '.volume[0]["meta-writes"]'; }
touch_all() { # FIRST-MB: one block in each of 64 regions
	fio_job touch /dev/dyad0 --rw=write:$((4096 - 4))k --bs=4k --offset="$1M" \
		--size=256M --io_size=256k
}

touch_all 0
before=$(meta_writes)
touch_all 0
touch_all 0
expect "$before" meta_writes
expect $((256 << 20)) field a '.volume[0].hot'

within() { [ "$(field a '.volume[0].hot')" -le $((75 * 4 << 20)) ]; }
node a dyad -q set r0 recovery 1
for round in 1 2; do
	touch_all 256
	touch_all 0
	wait_for 30 within
	[ $round = 2 ] || {
		node b dyad -q disconnect r0
		node a dyad -q wait r0 disconnected timeout $((20 * SLOW))
	}
done
dirty=$(field a '.volume[0].dirty')
[ "$dirty" -ge $((128 * 4096)) ] || fail "only $dirty bytes are dirty"
# What has cooled down alone is in the dirty map: nothing is forgotten.
crash a
node b dyad -q delete r0
link_heal
node_up a r0
[ "$(field a '.volume[0].dirty')" -ge "$dirty" ] || fail "the crash forgot what was dirty"
node_up b r0
connect
synced
disks_equal
