#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Laws 3 and 4, rule H2: a primary whose disk has failed is given it back while it goes on.
# The failed disk can be released before. Only what was written since is copied, and then
# both hold the same: the peer does not lead any more without a word.
# shellcheck source=lib.sh
. ./lib.sh
MB=16
ground
frail_disks
pair_join
dd if=/dev/urandom of=/dev/dyad0 bs=1M count=$MB oflag=direct status=none
node a dyad -q suspend r0
node a dyad -q resume r0

# What it has written it reads again, all the time.
load_start 8m
# claimed DEV: does somebody hold it?
claimed() {
	dmsetup create probe --table "0 8 linear $1 0" 2>/dev/null || return 0
	dmsetup remove probe
	return 1
}
load_goes_on
frail a 0 $((MB * 1024)) all
wait_for 20 leans
load_goes_on

# It can be pulled: nothing of ours holds it, nor the device of its metadata.
expect_fail "no such volume" node a dyad detach r0 volume 1
node a dyad -q detach r0
data_is a diskless || fail "a has a disk still"
expect null field a '.volume[0].disk'
claimed /dev/da && fail "the disk is claimed still"
claimed /dev/mda && fail "the metadata device is claimed still"
expect_fail "has no disk" node a dyad detach r0
expect_fail "no such disk" node a dyad attach r0 disk /dev/nosuch
load_goes_on
write_random /dev/dyad0 4096 64

# Back again, under the number that the device has.
frail a 0 $((MB * 1024)) nothing
expect_fail "leave the number out" node a dyad attach r0 disk /dev/da meta /dev/mda device 7
node a dyad -q attach r0 disk /dev/da meta /dev/mda
# Whether it holds all again by now or not.
expect_fail "has a disk" node a dyad attach r0 disk /dev/da meta /dev/mda
synced
load_goes_on
copied=$(field a '.volume[0]["sync-copied"]')
say "copied after it was back: $copied bytes"
[ "$copied" -le $((2 << 20)) ] || fail "copied $copied bytes, of which most did not differ"
[ "$copied" -ge $((64 << 10)) ] || fail "copied $copied bytes only"
# What both say of it follows, in a new generation.
wait_for 20 log_has "the disks here hold all again"
for n in a b; do wait_for 20 data_is $n uptodate; done
one_generation() { [ "$(field a .generation)" = "$(field b .generation)" ]; }
wait_for 20 one_generation
log_has "is released, /dev/dyad0 stays"

# Once more, and now nothing can be read there: it is fetched, and written.
frail a 0 $((MB * 1024)) all
wait_for 20 leans
load_goes_on
node a dyad -q detach r0
frail a 0 $((MB * 1024)) reads
node a dyad -q attach r0 disk /dev/da meta /dev/mda
synced
frail a 0 $((MB * 1024)) nothing
load_goes_on

kill $load
wait $load || true
closed() { [ "$(field a '.volume[0].openers')" = 0 ]; }
wait_for 10 closed
disks_equal

# It leads by its own disk again, alone too, and the peer knows that it may.
link_cut
disconnected
write_random /dev/dyad0 0 4
expect_fail "force" node b dyad promote r0
link_heal
synced
disks_equal
lead b
disks_equal
