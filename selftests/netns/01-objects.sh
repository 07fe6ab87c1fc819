#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A resource is created, listed and deleted; a second one of its name is
# refused, and a node's resources are not seen by another node.
# shellcheck source=lib.sh
. ./lib.sh
modprobe dyad
net_up
node a dyad -q create r0 node 1
expect_fail r0 node a dyad create r0 node 1
expect r0 node a sh -c "dyad -j list | jq -r '.. | .name? // empty'"
expect "" node b dyad -q list
node b dyad -q create r0 node 2
node a dyad -q delete r0
expect_fail r0 node a dyad delete r0
[ "$(field b .role)" = secondary ] || fail "b's resource went with a's"
node b dyad -q delete r0
