#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Without a key only if both sides were told to go without.
# shellcheck source=lib.sh
. ./lib.sh
ground
disks_up
for n in a b; do
	node_up $n r0
done
node a dyad -q peer delete r0 b
node b dyad -q peer delete r0 a
node a dyad -q peer add r0 b node 2 address 10.0.0.2 --insecure
node b dyad -q peer add r0 a node 1 address 10.0.0.1 --insecure
node a dyad -q promote r0 --force
connect
synced
expect true field a '.peer[0].insecure'
