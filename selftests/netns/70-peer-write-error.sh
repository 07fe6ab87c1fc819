#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Law 13: the peer's disk fails a write. The write completes at the primary,
# the session ends with the reason, the peer no longer counts as up to date,
# and no write is lost.
# shellcheck source=lib.sh
. ./lib.sh
ground
make_disk da 16
make_disk rawb 16
dmsetup create db --table "0 $((16 * 2048)) linear /dev/rawb 0"
ln -sfn mapper/db /dev/db
pair_join
dmsetup suspend db
dmsetup load db --table "0 $((16 * 2048)) flakey /dev/rawb 0 0 3600 1 error_writes"
dmsetup resume db
write_random /dev/dyad0 0 256
sum=$(read_sum /dev/dyad0 0 256)
wait_for 10 reason_is a "disk"
! data_is b uptodate || fail "the peer still counts as up to date"
expect_fail "" node b dyad promote r0
write_random /dev/dyad0 512 256
expect "$sum" read_sum /dev/da 0 256
# A good disk in its place, and all is copied.
node b dyad -q disconnect r0
node b dyad -q detach r0
dmsetup remove -f db
ln -sfn rawb /dev/db
attach b r0 rawb device 1
node b dyad -q connect r0
node a dyad -q connect r0
synced
same_bytes /dev/da /dev/rawb || fail "the disks differ"
