#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Laws 3 and 11: with fencing required, nothing completes at the primary from the loss of
# an up-to-date peer until that is answered, forced, or the peer is back; the status says so.
# shellcheck source=lib.sh
. ./lib.sh
. ./fence.sh
# seconds: 300
PING=$((700 * SLOW))
ground
frail_disks
pair_join
in_flight() { [ "$(field a '.volume[0].pending')" -gt 0 ]; }
expect_fail "relies on how fencing is set" node a dyad set r0 fencing required
fencing required required
expect_fail "there is nothing to answer" node a dyad fence r0 "done"

# A write that is on its way when the link is cut: it is on this disk, and does not end.
generation=$(field a .generation)
dmsetup suspend --noflush db
write_random /dev/dyad0 0 4 &
parked=$!
wait_for 10 in_flight
link_cut
wait_for 20 fence_is pending
dmsetup resume db
start_io 64
node a dyad -q wait r0 disconnected timeout $((20 * SLOW))
io_waits
[ -e /proc/$parked ] || fail "a write completed that only one side has"
expect "$generation" field a .generation
id=$(field a '."fence-id"')
node a dyad -q fence r0 failed
fence_is failed || fail "the status does not say that fencing has failed"
expect_fail "answer that first" node a dyad demote r0
expect_fail "answer that first" node a dyad suspend r0
expect_fail "answer that first" node a dyad resume r0
expect_fail "answer that first" node a dyad set r0 fencing none
expect_fail "earlier question" node a dyad fence r0 "done" id $((id + 1))
io_waits
expect "$generation" field a .generation
node a dyad -q fence r0 "done" id "$id"
fence_over || fail "the status says that I/O waits"
io_ends
wait $parked || fail "the parked write failed"
[ "$(field a .generation)" != "$generation" ] || fail "going on alone has no name"

# The peer is back by itself.
link_heal
synced
disks_equal
link_cut
wait_for 20 fence_is pending
start_io 128
[ "$(field a '."fence-id"')" != "$id" ] || fail "another question has the same name"
io_waits
link_heal
wait_for 20 fence_over
io_ends
synced
disks_equal

# By force.
link_cut
wait_for 20 fence_is pending
start_io 192
io_waits
node a dyad -q resume r0 --force
io_ends
link_heal
synced

# The end in order of a session is no loss.
node b dyad -q disconnect r0
disconnected
fence_over || fail "a peer that has said farewell is to be fenced"
write_random /dev/dyad0 256 64
data_is b outdated || fail "b is $(field b '.volume[0]["data-state"]')"
node b dyad -q connect r0
synced
node a dyad -q disconnect r0
disconnected
fence_over || fail "a peer that has heard our farewell is to be fenced"
node a dyad -q connect r0
synced

# Without an answer in time.
node a dyad -q set r0 fence-timeout 1
link_cut
wait_for 20 fence_is timed-out
start_io 320
io_waits
node a dyad -q fence r0 "done"
io_ends
link_heal
synced
disks_equal
