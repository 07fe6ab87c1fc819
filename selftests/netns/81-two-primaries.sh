#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Two primaries that meet do not join; a secondary that never was written
# alone does.
# shellcheck source=lib.sh
. ./lib.sh
pair_up
node a dyad -q disconnect r0
disconnected
node b dyad -q promote r0 --force
write_random /dev/dyad0 0 64
write_random /dev/dyad1 0 64
node b dyad -q connect r0
node a dyad -q connect r0
wait_for 15 reason_is a "primary"
! link_is a connected || fail "two primaries are connected"
write_random /dev/dyad0 64 64
write_random /dev/dyad1 64 64
