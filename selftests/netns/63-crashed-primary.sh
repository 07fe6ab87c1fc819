#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Laws 3 and 4: a primary that crashed comes back as merely consistent and does not
# lead by itself; the survivor is the source, and only regions that were hot are
# compared.
# shellcheck source=lib.sh
. ./lib.sh
MB=128
pair_up
write_random /dev/dyad0 0 1024
write_random /dev/dyad0 $((100 * 1024)) 512
hot=$(field a '.volume[0].hot')
[ "$hot" -gt 0 ] || fail "nothing is hot after a write"
crash a
node b dyad -q wait r0 disconnected timeout $((20 * SLOW))
# What the survivor's cache had and the dead disk lost.
write_random /dev/da 64 64
link_heal
node_up a r0
data_is a consistent || fail "a is $(field a '.volume[0]["data-state"]')"
expect_fail "may have gone on" node a dyad promote r0
expect_fail "does not tell whether" node a dyad promote r0 --fenced
before=$(read_sum /dev/db 64 64)
connect
synced
disks_equal
expect "$before" read_sum /dev/da 64 64
[ "$(field b '.volume[0]["sync-role"]')" = none ] || fail "still copying"
total=$(field b '.volume[0]["sync-total"]')
[ "$total" -le "$hot" ] || fail "$total bytes were looked at, $hot were hot"
expect 65536 field b '.volume[0]["sync-copied"]'
expect 0 field a '.volume[0].suspect'
node a dyad -q promote r0 || fail "a cannot lead again"

say "the survivor has named the peer anew meanwhile, as for a new key: it is the source all the same"
write_random /dev/dyad0 0 1024
crash a
node b dyad -q wait r0 disconnected timeout $((20 * SLOW))
write_random /dev/da 64 64
node b dyad -q peer delete r0 a
add_peer b r0
link_heal
node_up a r0
before=$(read_sum /dev/db 64 64)
connect
synced
disks_equal
expect "$before" read_sum /dev/da 64 64
