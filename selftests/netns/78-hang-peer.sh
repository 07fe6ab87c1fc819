#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Laws 11 and 13, rule H3: the secondary's disk answers nothing any more. The primary goes
# on without it within io-timeout, the status answers and names the reason, and what the
# disk still has is waited for before it is let go, or anything new is begun.
# shellcheck source=lib.sh
. ./lib.sh
LIMIT=$((2 * SLOW))
ground
frail_disks
pair_join
expect_fail "" node b dyad set r0 io-timeout never
node b dyad -q set r0 io-timeout $LIMIT
expect $LIMIT field b '["io-timeout"]'
write_random /dev/dyad0 0 16384

fio --name=load --filename=/dev/dyad0 --ioengine=psync --direct=1 --rw=randwrite --bs=4k \
	--offset=16m --size=8m --time_based --runtime=$((600 * SLOW)) --numjobs=4 --fsync=8 \
	--eta=never >/tmp/fio.load 2>&1 &
load=$!
hangs() { [ "$(field b '.held["disk-hangs"]')" = true ]; }
back() { [ "$(field b '.held["disk-hangs"]')" = false ]; }
writing
begin=$SECONDS
dmsetup suspend --noflush db
until reason_is a "disk"; do
	answers b
	[ $((SECONDS - begin)) -lt $((30 * SLOW)) ] || fail "the primary waits for ever"
	sleep 0.2
done
took=$((SECONDS - begin))
say "the primary goes on after $took s"
[ $took -le $((2 * LIMIT + 15 * SLOW)) ] || fail "io-timeout is $LIMIT s"
writing
kill -0 $load || { sed 's/^/# /' /tmp/fio.load; fail "the application got an error"; }
wait_for 10 hangs
answers b
grep -q "I/O waits: disk-hangs" /tmp/status || fail "the status does not say: disk-hangs"
wait_for 10 data_is b failed
log_has "does not answer, it is given up"

# Nothing is begun while the disk has something, and nothing waits for it.
for verb in "detach r0" "promote r0 --force" "delete r0"; do
	# shellcheck disable=SC2086
	expect_fail "has not given back yet" timeout $((10 * SLOW)) innet b dyad $verb
	answers b
done
! link_is a connected || fail "connected all the same"
kill $load
wait $load || true

# It comes back, with what it had: only then it can be let go.
dmsetup resume db
wait_for 10 back
data_is b failed || fail "b counts again"
log_has "answers again"
take_back_b
same_bytes /dev/rawa /dev/rawb || fail "the disks differ"

# With io-timeout 0 it may take any time.
dmsetup suspend --noflush db
(write_random /dev/dyad0 0 4 && echo ended) >/tmp/write &
writer=$!
in_flight() { [ "$(field a '.volume[0].pending')" -gt 0 ]; }
wait_for 10 in_flight
sleep $((3 * LIMIT))
[ ! -s /tmp/write ] || fail "the write has ended without the peer's disk"
back || fail "b says that its disk hangs"
dmsetup resume db
wait $writer
link_is a connected || fail "the session has ended"
same_bytes /dev/rawa /dev/rawb || fail "the disks differ"
