#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The session runs over IPv6, and the peer's address is shown as typed.
# shellcheck source=lib.sh
. ./lib.sh
ground
disks_up
node_up a r0
node_up b r0
node a dyad -q peer delete r0 b
node b dyad -q peer delete r0 a
node a dyad -q peer add r0 b node 2 address '[fd00::2]:8459' key-file "$KEY"
node b dyad -q peer add r0 a node 1 address 'fd00::1' key-file "$KEY"
node a dyad -q promote r0 --force
connect
synced
write_random /dev/dyad0 0 64
disks_equal
field a '.peer[0].address' | grep -q 'fd00::2' || fail "address: $(field a '.peer[0].address')"
