#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Law 4: a node that was restarted knows from its metadata what it holds: when it
# returns, what may differ is compared, and only what differs is copied.
# shellcheck source=lib.sh
. ./lib.sh
pair_up
write_random /dev/dyad0 0 16384
node b dyad -q delete r0
node a dyad -q wait r0 disconnected timeout $((20 * SLOW))
write_random /dev/dyad0 2048 256
node_up b r0
data_is b outdated || fail "a restarted node counts as $(field b '.volume[0]["data-state"]')"
node b dyad -q connect r0
synced
disks_equal
expect 262144 field a '.volume[0]["sync-copied"]'
