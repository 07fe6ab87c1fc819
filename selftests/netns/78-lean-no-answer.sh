#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Law 11: the primary's disk has failed, and its peer answers pings, but not that it keeps
# track: its metadata device takes nothing. That has an end, and then on-no-data decides.
# shellcheck source=lib.sh
. ./lib.sh
ground
frail_disks
frail_meta b
pair_join
# As if there was no limit on the disk: what is shown is the other one.
node b dyad -q set r0 io-timeout 0
write_random /dev/dyad0 0 1024

waits() { [ "$(field a '.held["no-data"]')" = true ]; }
dmsetup suspend --noflush mdb
frail a 0 $((MB * 1024)) all
begin=$SECONDS
(write_random /dev/dyad0 0 4 || echo failed) >/tmp/write 2>&1 &
writer=$!
wait_for 10 waits
ended() { [[ $(field a ".peer[0][\"lost-reason\"]") == *"finishes no I/O"* ]]; }
until ended; do
	answers a
	answers b
	[ $((SECONDS - begin)) -lt $((30 + 40 * SLOW)) ] || fail "a waits for ever"
	sleep 1
done
say "the session has ended after $((SECONDS - begin)) s"
wait $writer
grep -q failed /tmp/write || fail "the write ended: $(cat /tmp/write)"

# The peer's metadata are there again, and with them the answer.
dmsetup resume mdb
goes_on() { [ "$(field a '.held["no-data"]')" = false ] && link_is a connected; }
wait_for 40 goes_on
write_random /dev/dyad0 0 4
expect "$(read_sum /dev/rawb 0 1024)" read_sum /dev/dyad0 0 1024
