#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Sessions, resources and roles that come and go by the dozen under writes
# leave nothing behind and nothing undone.
# seconds: 300
# shellcheck source=lib.sh
. ./lib.sh
pair_up
fio_job churn /dev/dyad0 --rw=randwrite --bs=4k --time_based --runtime=20 --size=24m &
job=$!
while kill -0 $job 2>/dev/null; do
	node b dyad -q disconnect r0
	node b dyad -q connect r0
	node a dyad -q disconnect r0
	node a dyad -q connect r0
	node b dyad -q create other node 2
	node b dyad -q delete other
	node a dyad status >/dev/null
done
wait $job || fail "fio failed"
synced
disks_equal
