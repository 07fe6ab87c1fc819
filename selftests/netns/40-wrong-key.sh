#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Another key: refused, with the reason in status and log on both sides, and
# nothing is written at the peer.
# shellcheck source=lib.sh
. ./lib.sh
ground
disks_up
node_up a r0
(umask 077 && dyad genkey >/tmp/other)
KEY=/tmp/other node_up b r0
write_random /dev/da 0 64
before=$(read_sum /dev/db 0 64)
node a dyad -q promote r0 --force
node a dyad -q connect r0
node b dyad -q connect r0
refused_for a "key"
refused_for b "key"
expect "$before" read_sum /dev/db 0 64
# The right key makes it work at once.
node b dyad -q peer delete r0 a
node b dyad -q peer add r0 a node 1 address 10.0.0.1 key-file "$KEY"
node b dyad -q connect r0
synced
disks_equal
