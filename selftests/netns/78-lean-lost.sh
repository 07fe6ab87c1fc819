#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Law 11, rule H2: a primary whose disk has failed loses its peer too. I/O fails, or waits
# and goes on when the peer is back; but not by a peer that may lack what was written.
# shellcheck source=lib.sh
. ./lib.sh
ground
frail_disks
pair_join
write_random /dev/dyad0 0 1024
waits() { [ "$(field a '.held["no-data"]')" = true ]; }
goes_on() { [ "$(field a '.held["no-data"]')" = false ] && link_is a connected; }
one_write() { dd if=/dev/urandom of=/dev/dyad0 bs=4k count=1 seek="$1" oflag=direct conv=notrunc status=none; }

# It fails, within the time that silence takes.
frail a 0 $((MB * 1024)) all
one_write 1
wait_for 10 data_is a failed
link_cut
begin=$SECONDS
expect_fail "Input/output error" one_write 2
[ $((SECONDS - begin)) -le $((10 * SLOW)) ] || fail "it took $((SECONDS - begin)) s to fail"
disconnected
expect_fail "Input/output error" one_write 3
expect_fail "Input/output error" dd if=/dev/dyad0 bs=4k count=1 iflag=direct status=none
link_heal
node a dyad -q wait r0 connected timeout $((20 * SLOW))
wait_for 10 goes_on
one_write 3

# It waits, and the status says what for.
node a dyad -q set r0 on-no-data suspend
link_cut
(one_write 4 && echo ended) >/tmp/write4 2>&1 &
writer=$!
(dd if=/dev/dyad0 bs=4k count=64 iflag=direct status=none | md5sum) >/tmp/read4 2>&1 &
reader=$!
wait_for $((20)) waits
[ ! -s /tmp/write4 ] || fail "the write ended: $(cat /tmp/write4)"
expect_fail "connect it, or use" node a dyad demote r0
link_heal
wait_for 20 goes_on
wait $writer $reader
expect ended cat /tmp/write4
expect "$(read_sum /dev/db 0 256)" read_sum /dev/dyad0 0 256

# A peer that was restarted may have lost what it had in its cache: it is no help.
link_cut
disconnected
(one_write 5 || echo failed) >/tmp/write5 2>&1 &
writer=$!
wait_for 10 waits
node b dyad -q delete r0
node_up b r0
link_heal
node b dyad -q connect r0
wait_for 20 reason_is a "demote the primary, and promote the other"
waits || fail "a does not wait any more"
node a dyad -q set r0 on-no-data error
wait $writer
grep -q failed /tmp/write5 || fail "the write ended: $(cat /tmp/write5)"
node a dyad -q demote r0
expect_fail "force" node b dyad promote r0
node b dyad -q promote r0 --force
one() { cmp -n 4096 -i $((4096 * 3)):$((4096 * 3)) /dev/db /dev/dyad1; }
one || fail "what was written is not there"

# again: a's disk is good, and a leads.
again() {
	node a dyad -q disconnect r0
	node a dyad -q detach r0
	frail a 0 $((MB * 1024)) nothing
	attach a r0 da device 0
	node a dyad -q connect r0
	synced
	lead a
}

# A peer that is known to differ does not take the disk's place.
again
write_random /dev/rawb 8192 4
node a dyad -q verify start r0
node a dyad -q wait r0 verified timeout $((60 * SLOW))
[ "$(field a '.volume[0]["sync-differ"]')" -gt 0 ] || fail "the verify has found nothing"
frail a 0 $((MB * 1024)) all
expect_fail "Input/output error" one_write 6
node a dyad -q demote r0
b_leads() { node b dyad -q promote r0 --force 2>/dev/null; }
wait_for 10 b_leads

# The application gets the error where it is to.
again
node a dyad -q set r0 on-io-error pass-on
frail a 0 $((MB * 1024)) all
expect_fail "Input/output error" one_write 7
