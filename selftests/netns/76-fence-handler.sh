#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The handler is told of each loss, also of one before it began, outdates the peer, and its
# exit status is the answer.
# shellcheck source=lib.sh
. ./lib.sh
. ./fence.sh
PING=$((700 * SLOW))
pair_up
fencing required required

# As over ssh, which has another net than the data.
cat >/tmp/handler <<-'END'
	#!/bin/sh
	echo "$DYAD_RESOURCE $DYAD_PEER $DYAD_PEER_ADDRESS" >>/tmp/handled
	peer="innet $DYAD_PEER dyad -q"
	$peer wait "$DYAD_RESOURCE" disconnected timeout 60 && $peer outdate "$DYAD_RESOURCE"
END
chmod +x /tmp/handler

# Lost before anybody listens.
link_cut
wait_for 20 fence_is pending
start_io 0
node a dyad monitor fence-handler /tmp/handler >/tmp/monitor 2>&1 &
handler=$!
wait_for 60 fence_over
io_ends
data_is b outdated || fail "b is $(field b '.volume[0]["data-state"]')"
expect "r0 b 10.0.0.2" cat /tmp/handled
link_heal
synced

# And while it listens.
link_cut
wait_for 60 data_is b outdated
wait_for 60 fence_over
write_random /dev/dyad0 64 64
[ "$(wc -l </tmp/handled)" = 2 ] || fail "asked $(wc -l </tmp/handled) times"
link_heal
synced
disks_equal

# One that cannot.
echo 'exit 1' >/tmp/handler
link_cut
wait_for 60 fence_is failed
node a dyad -q fence r0 "done"
link_heal
synced
kill $handler
wait $handler || true
grep -q 'the peer could not be fenced' /tmp/monitor || fail "the handler does not say what it answers"
