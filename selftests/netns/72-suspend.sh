#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Law 2: while a resource is suspended under load, both disks hold the same and do not
# change; law 11: the status says why I/O waits, and it goes on. Nothing is copied to a
# peer that comes back meanwhile.
# seconds: 400
# shellcheck source=lib.sh
. ./lib.sh
pair_up
held() { [ "$(field "$1" ".held.$2")" = true ]; }
waits() { [ "$(field a '.volume[0].waiting')" -gt 0 ]; }

expect_fail "suspend it on the primary" node b dyad suspend r0
fio --name=load --filename=/dev/dyad0 --ioengine=psync --direct=1 --rw=randwrite --bs=4k \
	--size=24m --time_based --runtime=$((600 * SLOW)) --numjobs=4 --thinktime=10000 \
	--fsync=16 --eta=never >/tmp/fio.load 2>&1 &
load=$!
for ((round = $(rounds 3 1 1); round; round--)); do
	writing
	node a dyad -q suspend r0
	held a suspended || fail "the status does not say that I/O is suspended"
	disks_equal
	sum=$(read_sum /dev/da 0 $((MB * 1024)))
	wait_for 10 waits
	! written_since || ! written_since || fail "round $round: writes end while suspended"
	expect "$sum" read_sum /dev/da 0 $((MB * 1024))
	expect "$sum" read_sum /dev/db 0 $((MB * 1024))
	node a dyad -q resume r0
	! held a suspended || fail "still suspended"
	expect 0 field a '.volume[0].waiting'
done

# The session is lost and comes back: nothing is copied before the end.
writing
node a dyad -q suspend r0
sum=$(read_sum /dev/da 0 $((MB * 1024)))
expect_fail "resume it first" node a dyad verify start r0
expect_fail "resume it first" node a dyad resize r0
node a dyad -q suspend r0
link_cut
disconnected
link_heal
node b dyad -q wait r0 connected timeout $((20 * SLOW))
data_is b consistent || fail "b is $(field b '.volume[0]["data-state"]') while a is suspended"
expect "$sum" read_sum /dev/db 0 $((MB * 1024))
node a dyad -q resume r0
synced
writing

# Alone only this disk is meant; a resync that would begin has to be let go first.
node b dyad -q disconnect r0
disconnected
write_random /dev/dyad0 0 4096
node a dyad -q set r0 resync-rate 128K
node a dyad -q suspend r0
sum=$(read_sum /dev/da 0 $((MB * 1024)))
wait_for 10 waits
expect "$sum" read_sum /dev/da 0 $((MB * 1024))
node b dyad -q connect r0
node b dyad -q wait r0 connected timeout $((20 * SLOW))
expect "$sum" read_sum /dev/da 0 $((MB * 1024))
node a dyad -q resume r0
expect_fail "does not hold the same yet" node a dyad suspend r0
node a dyad -q set r0 resync-rate 0
synced
kill $load
wait $load || true

# Nobody uses the device: demotion has to wait for the word all the same.
closed() { [ "$(field a '.volume[0].openers')" = 0 ]; }
wait_for 10 closed
node a dyad -q suspend r0
expect_fail "resume it first" node a dyad demote r0
node a dyad -q resume r0
node a dyad -q demote r0
disks_equal
