#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The primary's node goes; the other leads on; the first comes back as a
# secondary, is brought up to date, and can lead again.
# shellcheck source=lib.sh
. ./lib.sh
pair_up
write_random /dev/dyad0 0 512
link_cut
node b dyad -q wait r0 disconnected timeout $((20 * SLOW))
node b dyad -q promote r0 --force
write_random /dev/dyad1 256 512
node a dyad -q demote r0
link_heal
synced
disks_equal
lead a
write_random /dev/dyad0 1024 64
disks_equal
