#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Laws 11 and 13: the peer's disk fails under load. The writes that are on their way to it do
# not keep the reason from arriving: the primary names it, goes on at once, and has nobody
# fenced, although that is required.
# seconds: 300
# shellcheck source=lib.sh
. ./lib.sh
. ./fence.sh
ground
frail_disks
pair_join
fencing required required
for ((round = $(rounds 3 2 2); round; round--)); do
	fio --name=load --filename=/dev/dyad0 --direct=1 --rw=randwrite --bs=16k --ioengine=libaio \
		--iodepth=32 --numjobs=2 --size=24m --time_based --runtime=$((600 * SLOW)) \
		--thread --eta=never >/tmp/fio.load 2>&1 &
	job=$!
	writing
	frail b 0 $((MB * 1024 - 64)) all
	node a dyad -q wait r0 disconnected timeout $((20 * SLOW))
	reason=$(field a '.peer[0]["lost-reason"]')
	[[ $reason == *"a backing disk returned an error at the peer"* ]] ||
		fail "round $round: the session was lost because $reason"
	fence_over || fail "round $round: the peer is to be fenced, though it has said what happened"
	writing
	kill $job
	wait $job || true
	frail b 0 $((MB * 1024 - 64)) nothing
	node b dyad -q disconnect r0
	node b dyad -q detach r0
	attach b r0 db device 1
	node b dyad -q set r0 fencing required
	node b dyad -q connect r0
	synced
	disks_equal
done
