#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Verifying while the application writes as fast as it can finds nothing: each
# extent is compared under its range (rule H18).
# seconds: 300
# shellcheck source=lib.sh
. ./lib.sh
pair_up
# Writes are on the way for a while, so a comparison without the range would meet them.
node a tc qdisc add dev va root netem delay 2ms
fio --name=over --filename=/dev/dyad0 --ioengine=libaio --iodepth=16 --direct=1 \
	--rw=randwrite --bsrange=4k-64k --size=${MB}m --time_based --runtime=600 --eta=never \
	>/tmp/fio.over 2>&1 &
writer=$!
writing
for ((round = $(rounds 3 1 1); round; round--)); do
	node a dyad -q verify start r0
	node a dyad -q wait r0 verified timeout $((60 * SLOW))
	expect $((MB << 20)) field a '.volume[0]["sync-done"]'
	expect 0 field a '.volume[0]["sync-differ"]'
	writing
done
kill $writer
wait $writer || true
expect 0 field a '.volume[0].dirty'
disks_equal
