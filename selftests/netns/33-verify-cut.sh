#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A verify ends with the session, when it is stopped, and when the peer becomes
# primary; what it had found until then is known, on the disk too, and copied by
# the next resync. So does a repair that is cut: the peer is not whole until then.
# seconds: 300
# shellcheck source=lib.sh
. ./lib.sh
MB=24
PING=$((700 * SLOW))
pair_up
fio_job fill /dev/dyad0 --rw=write --bs=256k --size=24m
sync_role() { [ "$(field a '.volume[0]["sync-role"]')" = "$1" ]; }
compared() { [ "$(field a '.volume[0]["sync-done"]')" -gt $(($1 << 20)) ]; }

say "stopped by hand"
write_random /dev/db 1024 8
node a dyad -q set r0 resync-rate 512K
node a dyad -q verify start r0
expect_fail "running already" node a dyad verify start r0
wait_for 20 compared 2
node a dyad -q verify stop r0
sync_role none || fail "it was stopped: $(field a '.volume[0]')"
node a dyad -q verify stop r0
[ "$(field a '.volume[0]["sync-done"]')" -lt $((MB << 20)) ] || fail "it was done before it was stopped"
expect 8192 field a '.volume[0].dirty'
log_has "verify stopped: by the operator"

say "stopped by a cut"
node a dyad -q verify start r0
wait_for 20 compared 2
link_cut
disconnected
log_has "verify ended, "
sync_role none || fail "it goes on without the peer: $(field a '.volume[0]')"
expect_fail "not connected" node a dyad verify start r0
link_heal
synced
disks_equal
expect 0 field a '.volume[0].dirty'

say "a repair is cut: the rest is copied later"
write_random /dev/db 0 24576
node a dyad -q set r0 resync-rate 0
node a dyad -q verify start r0
node a dyad -q wait r0 verified timeout $((60 * SLOW))
expect $((MB << 20)) field a '.volume[0]["sync-differ"]'
expect "0 $((MB << 20))" field a '.volume[0].extent[] | "\(.start) \(.length)"'
# The repair follows at once: over a link so slow that it is far from its end when it is cut.
node a tc qdisc add dev va root tbf rate $((4096 / SLOW))kbit burst 64k latency 50ms
node a dyad -q verify start r0 --repair
node a dyad -q wait r0 verified timeout $((60 * SLOW))
wait_for 20 sync_role source
data_is b inconsistent || fail "the peer counts as $(field b '.volume[0]')"
expect_fail "cannot promote" node b dyad promote r0 --force
link_cut
disconnected
data_is b inconsistent || fail "the peer counts as $(field b '.volume[0]') after the cut"
expect_fail "not known to be complete" node b dyad promote r0
link_heal
synced
disks_equal

say "the peer becomes primary"
node a dyad -q demote r0
node a dyad -q set r0 resync-rate 512K
node a dyad -q verify start r0
wait_for 20 compared 2
node b dyad -q promote r0
sync_role none || fail "it runs on beside a primary: $(field a '.volume[0]')"
log_has "verify stopped: the peer becomes primary"
