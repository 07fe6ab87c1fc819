#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# When a node's namespace goes, its resources go with it, and the peer goes on.
# shellcheck source=lib.sh
. ./lib.sh
pair_up
ip netns del b
node a dyad -q wait r0 disconnected timeout $((20 * SLOW))
write_random /dev/dyad0 0 64
wait_for 10 test ! -e /sys/block/dyad1
dd if=/dev/db of=/dev/null bs=4k count=1 status=none
wait_for 10 dmsetup create x --table "0 2048 linear /dev/db 0"
dmsetup remove x
