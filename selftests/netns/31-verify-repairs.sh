#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A verify with repair makes the disks equal while the application writes, and
# without a new generation; the peer is not whole until it has what it lacked.
# shellcheck source=lib.sh
. ./lib.sh
MB=24
pair_up
fio_job fill /dev/dyad0 --rw=write --bs=256k --size=16m
before=$(field a .generation)
for at in 1024 8192 8212 15000; do
	write_random /dev/db $at 12
done
disks_differ
fio --name=over --filename=/dev/dyad0 --ioengine=psync --direct=1 --rw=randwrite \
	--bs=4k --offset=17m --size=6m --time_based --runtime=600 --eta=never >/tmp/fio.over 2>&1 &
writer=$!
writing
node a dyad -q set r0 resync-rate 4M
node a dyad -q verify start r0 --repair
writing
[ "$(field a '.volume[0]["sync-role"]')" != none ] || fail "it is over already"
node a dyad -q wait r0 verified timeout $((60 * SLOW))
synced
node a dyad -q set r0 resync-rate 0
kill $writer
wait $writer || true
expect 49152 field a '.volume[0]["sync-differ"]'
expect 49152 field a '.volume[0]["sync-total"]'
expect 49152 field a '.volume[0]["sync-done"]'
expect 49152 field a '.volume[0]["sync-copied"]'
expect 0 field a '.volume[0].dirty'
expect "$before" field a .generation
expect "$before" field b .generation
link_is a connected || fail "the session did not last"
disks_equal
log_has "resync ended, 48 of 48 KiB copied"

say "the other way round, after the nodes have changed roles"
lead b
write_random /dev/da 10000 8
disks_differ
expect_fail "start the verify on the peer" node a dyad verify start r0
node b dyad -q verify start r0 --repair
node b dyad -q wait r0 verified timeout $((60 * SLOW))
synced
disks_equal
expect 8192 field b '.volume[0]["sync-differ"]'

say "without a primary, at the node that is asked"
node b dyad -q demote r0
write_random /dev/db 1000 4
node a dyad -q verify start r0 --repair
node a dyad -q wait r0 verified timeout $((60 * SLOW))
synced
disks_equal
node a dyad -q promote r0
write_random /dev/dyad0 2000 4
disks_equal
