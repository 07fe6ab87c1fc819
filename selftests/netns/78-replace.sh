#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Laws 4 and 8, rules H8, H18 and H19: another disk takes the place of a primary's that has
# failed, while it goes on. All of it is copied, over a cut, and over a new disk that fails
# in the middle of it; and what is not there yet is read from the peer.
# shellcheck source=lib.sh
. ./lib.sh
MB=16
ground
frail_disks
spare_disk
pair_join
node a dyad -q set r0 on-no-data suspend
dd if=/dev/urandom of=/dev/dyad0 bs=1M count=$MB oflag=direct status=none

load_start 12m
copied() { field a '.volume[0]["sync-copied"]'; }
copies() { [ "$(field a '.volume[0]["sync-role"]')" = target ] && [ "$(copied)" -gt "$1" ]; }
compares() { [ "$(field a '.volume[0]["sync-role"]')" = target ] && [ "$(field a '.volume[0]["sync-done"]')" -gt 0 ]; }
waits() { [ "$(field a '.held["no-data"]')" = true ]; }
# What the application sees is what the only whole copy holds.
reads_right() { expect "$(read_sum /dev/db 0 1024)" read_sum /dev/dyad0 0 1024; }
load_goes_on
frail a 0 $((MB * 1024)) all
wait_for 20 leans
load_goes_on

# What does not fit is refused, and I/O goes on.
make_disk small 8
meta_up small
expect_fail "not the size" node a dyad attach r0 disk /dev/small meta /dev/msmall
expect_fail "there are no metadata" node a dyad attach r0 disk /dev/dn
expect_fail "in use" node a dyad attach r0 disk /dev/db meta /dev/mdb
load_goes_on

# A new one, slowly.
node a dyad -q set r0 resync-rate 128K
node a dyad -q attach r0 disk /dev/dn meta /dev/mdn
log_has "all there is" || fail "not all is copied"
wait_for 20 copies 0
data_is a inconsistent || fail "a does not say that it lacks something"
expect uptodate field a '.volume[0]["peer-data-state"]'
expect false field a '.held["no-data"]'
expect_fail "do not hold the same" node a dyad verify start r0
expect_fail "lack something still" node a dyad suspend r0
expect_fail "nobody can vouch" node a dyad promote r0 --force
load_goes_on
reads_right

# Cut in the middle: I/O waits, and then goes on, and so does the copying.
link_cut
wait_for 20 waits
data_is a inconsistent || fail "a has forgotten that it lacks something"
data_is b uptodate || fail "b has all, and does not know it"
link_heal
wait_for 30 copies 0
first=$(field a '.volume[0]["sync-total"]')
[ "$first" -lt $((MB * 1024 * 1024)) ] || fail "it began anew, with $first bytes"
load_goes_on
reads_right

# The new one fails as well, in the middle: as if there had been none.
frail n 0 $((MB * 1024)) all
wait_for 20 leans
load_goes_on
reads_right

# The old one is good again; but it is not the one that was here last.
echo "dyad-test: begin" >/dev/kmsg
frail a 0 $((MB * 1024)) nothing
node a dyad -q attach r0 disk /dev/da meta /dev/mda
log_has "all there is" || fail "not all is copied"
wait_for 20 compares
load_goes_on
node a dyad -q set r0 resync-rate 0
synced
load_goes_on
expect false field a '.held["no-data"]'
for n in a b; do data_is $n uptodate || fail "$n is not up to date"; done
kill $load
wait $load || true
closed() { [ "$(field a '.volume[0].openers')" = 0 ]; }
wait_for 10 closed
disks_equal
reads_right

# Verified too, by those who own the ranges.
node a dyad -q verify start r0
node a dyad -q wait r0 verified timeout $((60 * SLOW))
expect 0 field a '.volume[0]["sync-differ"]'

# A crash while it is copied: the peer has all, leads without a word, and copies it back.
frail a 0 $((MB * 1024)) all
write_random /dev/dyad0 0 4
wait_for 20 leans
write_random /dev/dyad0 8192 512
frail a 0 $((MB * 1024)) nothing
node a dyad -q set r0 resync-rate 64K
node a dyad -q attach r0 disk /dev/da meta /dev/mda
wait_for 20 compares
write_random /dev/dyad0 12288 64
sum=$(read_sum /dev/db 0 $((MB * 1024)))
crash a
b_leads() { node b dyad -q promote r0 2>/dev/null; }
wait_for 20 b_leads
expect "$sum" read_sum /dev/dyad1 0 $((MB * 1024))
write_random /dev/dyad1 4096 64
node_up a r0
node a dyad -q connect r0
link_heal
synced
copied=$(field b '.volume[0]["sync-copied"]')
say "copied after the crash: $copied bytes"
[ "$copied" -lt $((MB * 1024 * 1024 / 2)) ] || fail "copied $copied bytes, of which most did not differ"
disks_equal
