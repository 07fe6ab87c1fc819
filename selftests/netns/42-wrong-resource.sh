#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A resource the peer does not have: refused with the reason; so is a node id
# that the peer does not expect, and a peer that is told to stay away.
# shellcheck source=lib.sh
. ./lib.sh
ground
disks_up
node_up a r0
node a dyad -q connect r0
node_up b other
node b dyad -q connect other
wait_for 15 reason_is a "no resource"
node b dyad -q delete other
node b dyad -q create r0 node 2
expect_fail "belongs to another resource" node b dyad attach r0 disk /dev/db meta /dev/mdb
dyad -q meta create --force /dev/db meta /dev/mdb
attach b r0 db device 1
node b dyad -q peer add r0 c node 3 address 10.0.0.1 key-file "$KEY"
node b dyad -q connect r0
wait_for 15 reason_is a "node"
node b dyad -q peer delete r0 c
node b dyad -q peer add r0 a node 1 address 10.0.0.1 key-file "$KEY"
wait_for 15 reason_is a "told to stay disconnected"
! link_is a connected || fail "connected though b was not told to"
node b dyad -q connect r0
node a dyad -q wait r0 connected timeout $((20 * SLOW))
