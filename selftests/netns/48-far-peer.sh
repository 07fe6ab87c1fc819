#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A peer whose answers take longer than a short attempt to connect allows is reached all the
# same, and again after a cut.
# shellcheck source=lib.sh
. ./lib.sh
PING=$((5000 * SLOW))
far() {
	local n
	for n in a b; do
		node $n tc qdisc replace dev v$n root netem delay 300ms
	done
}
ground
disks_up
node_up a r0
node_up b r0
node a dyad -q promote r0 --force
far
connect
synced
write_random /dev/dyad0 0 16
link_cut
node a dyad -q wait r0 disconnected timeout $((60 * SLOW))
far
node a dyad -q wait r0 connected timeout $((60 * SLOW))
synced
link_heal
write_random /dev/dyad0 0 64
disks_equal
