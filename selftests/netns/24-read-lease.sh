#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Rule H21: a secondary that the primary does not hear any more stops to serve reads
# before the primary goes on alone, though it still hears the primary itself.
# shellcheck source=lib.sh
. ./lib.sh
# A quarter of it is how much earlier b stops than a goes on; no more than 60 s are allowed.
PING=$((SLOW < 4 ? 15000 * SLOW : 60000))
pair_up
generation=$(field a .generation)
read_b() { dd if=/dev/dyad1 of=/dev/null bs=4k count=1 iflag=direct status=none 2>/dev/null; }
read_b || fail "a connected secondary does not serve reads"
node b tc qdisc replace dev vb root netem loss 100%
write_random /dev/dyad0 0 4 &
write=$!
refused() { ! read_b; }
wait_for 30 refused
expect "$generation" field a .generation
link_is a connected || fail "a had given up its peer already"
wait $write || fail "a does not go on"
[ "$(field a .generation)" != "$generation" ] || fail "a wrote alone without a new generation"
refused || fail "b serves reads while a goes on alone"
node b tc qdisc del dev vb root
synced
read_b || fail "reads are not served again"
disks_equal
