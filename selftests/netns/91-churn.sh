#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Sessions, resources and roles that come and go by the dozen under writes
# leave nothing behind and nothing undone.
# seconds: 300
# shellcheck source=lib.sh
. ./lib.sh
pair_up
load_start 0 --size=24m
for ((round = $(rounds 16 8 2); round; round--)); do
	node b dyad -q disconnect r0
	node b dyad -q connect r0
	node a dyad -q disconnect r0
	node a dyad -q connect r0
	node b dyad -q create other node 2
	node b dyad -q delete other
	node a dyad status >/dev/null
done
load_goes_on
kill $load
wait $load || true
synced
disks_equal
