#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A resync fills the link while nobody writes and steps back when somebody does: the
# application's latencies with and without it, and the rates, are in the test's log.
# It goes on all the while, and ends soon after the application does.
# seconds: 240
# shellcheck source=lib.sh
. ./lib.sh
[ "$SLOW" -lt 4 ] || skip "it is about time, which this kernel has its own idea of"
MB=96
pair_up
node a tc qdisc add dev va root tbf rate 200mbit burst 256k latency 20ms
percentiles() { # NAME
	jq -r '.jobs[0].write.clat_ns.percentile |
		"p50 \(."50.000000" / 1000 | floor) us, p99 \(."99.000000" / 1000 | floor) us"' "/tmp/$1.json"
}
writer() { # NAME SECONDS
	fio --name=app --filename=/dev/dyad0 --ioengine=psync --direct=1 --rw=randwrite --bs=4k \
		--size=4m --time_based --runtime="$2" --output-format=json --output="/tmp/$1.json" \
		--percentile_list=50:99
}
# make_dirty: the peer lacks nearly all of it.
make_dirty() {
	node b dyad -q disconnect r0
	node a dyad -q wait r0 disconnected timeout $((20 * SLOW))
	fio_job fill /dev/dyad0 --rw=write --bs=1m --offset=8m --size=$((MB - 8))m --buffer_pattern="\"$1\""
	node b dyad -q connect r0
}
copying() { [ "$(field a '.volume[0]["sync-role"]')" = source ]; }
copied() { field a '.volume[0]["sync-copied"]'; }
figures() { field a '.volume[0] | "\(."sync-copied" / 1048576 | floor) MiB in \(."sync-ms") ms"'; }

writer alone $((4 * SLOW))
say "application alone: $(percentiles alone)"
make_dirty one
synced
say "resync alone: $(figures)"
# Slower: it must not be over before the application is.
node a tc qdisc replace dev va root tbf rate 40mbit burst 256k latency 20ms
make_dirty two
wait_for 20 copying
before=$(copied)
writer both $((4 * SLOW))
during=$(($(copied) - before))
copying || fail "it was over before the application"
say "application beside a resync: $(percentiles both); the resync copied $((during >> 10)) KiB meanwhile"
[ $during -gt 0 ] || fail "the resync stood still while an application wrote"
synced
say "the whole resync: $(figures)"
disks_equal
