#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Law 13: a read that the primary's disk fails ends with an error if the peer cannot
# serve it for certain: it fails it too, it is known to differ there, there is no peer.
# If the disk does not take what is written back, it no longer counts as up to date.
# A read on the secondary that its disk fails is not served by the primary.
# shellcheck source=lib.sh
. ./lib.sh
ground
frail_disks
pair_join
write_random /dev/dyad0 0 8192
reads() { # DEVICE OFFSET-KB
	dd if="$1" of=/dev/null bs=4k skip=$(($2 / 4)) count=1 iflag=direct status=none 2>/dev/null
}
count() { field a ".volume[0][\"$1\"]"; }

say "the peer's disk fails it too"
frail a 64 4 reads
frail b 64 4 reads
! reads /dev/dyad0 64 || fail "a block that nobody can read was read"
! reads /dev/dyad1 64 || fail "the secondary reads what its disk fails"
link_is a connected || fail "the session has ended"
data_is b uptodate || fail "b is no longer up to date"
frail b 64 4 nothing
reads /dev/dyad0 64 || fail "the peer does not serve what it can read again"
frail a 64 4 nothing
disks_equal

say "the secondary's disk alone fails it"
frail b 128 4 reads
! reads /dev/dyad1 128 || fail "the secondary reads what its disk fails"
reads /dev/dyad0 128 || fail "the primary does not read what its disk holds"
frail b 128 4 nothing

say "it is known to differ at the peer"
write_random /dev/rawb 256 4
node a dyad -q verify start r0
node a dyad -q wait r0 verified timeout $((60 * SLOW))
expect 4096 count dirty
mine=$(read_sum /dev/rawa 256 4)
before=$(count repaired)
frail a 252 12 reads
! reads /dev/dyad0 256 || fail "a block that differs was read from the peer"
reads /dev/dyad0 252 || fail "the block in front is not served by the peer"
reads /dev/dyad0 260 || fail "the block behind is not served by the peer"
frail a 252 12 nothing
expect $((before + 8192)) count repaired
expect "$mine" read_sum /dev/dyad0 256 4

say "there is no peer"
node a dyad -q disconnect r0
frail a 512 4 reads
! reads /dev/dyad0 512 || fail "a block was read that the disk fails"
connect
synced
reads /dev/dyad0 512 || fail "the peer does not serve it after it has come back"
frail a 512 4 nothing
disks_equal

say "what is written back fails, and the peer does not take the disk's place"
node a dyad -q set r0 on-io-error pass-on
sum=$(read_sum /dev/rawb 1024 4)
frail a 1024 4 all
expect "$sum" read_sum /dev/dyad0 1024 4
not_good() { ! data_is a uptodate; }
wait_for 5 not_good
log_has "could not be written back"
data_is b uptodate || fail "b is no longer up to date"
frail a 1024 4 nothing
node a dyad -q demote r0
node b dyad -q wait r0 synced timeout $((60 * SLOW))
node b dyad -q promote r0
synced
disks_equal
