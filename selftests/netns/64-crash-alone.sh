#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Laws 4 and 6: what was written while the peer was away is known after a crash of
# the node that wrote it, and reaches the peer; its generation too.
# shellcheck source=lib.sh
. ./lib.sh
MB=128
pair_up
node b dyad -q disconnect r0
node b dyad -q delete r0
disconnected_a() { link_is a connecting || link_is a standalone; }
wait_for 20 disconnected_a
write_random /dev/dyad0 4096 256
write_random /dev/dyad0 $((80 * 1024)) 256
generation=$(field a .generation)
crash a
write_random /dev/db 8192 4	# a difference that nobody knows of stays one
link_heal
node_up a r0
expect "$generation" field a .generation
expect_fail "may have gone on" node a dyad promote r0
node_up b r0
connect
synced
for at in 4096 $((80 * 1024)); do
	expect "$(read_sum /dev/da $at 256)" read_sum /dev/db $at 256
done
expect $((512 * 1024)) sh -c "echo $(($(field a '.volume[0]["sync-copied"]') / 65536 * 65536))"
