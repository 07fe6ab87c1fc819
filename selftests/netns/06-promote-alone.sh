#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A new pair has no data to speak of: promoting needs --force once, and then
# the device can be used without the peer.
# shellcheck source=lib.sh
. ./lib.sh
modprobe dyad
net_up
make_disk da 16
node a dyad -q create r0 node 1
attach a r0 da device 0
expect_fail force node a dyad promote r0
node a dyad -q promote r0 --force
role_is a primary || fail "not primary"
data_is a uptodate || fail "not up to date"
write_random /dev/dyad0 0 1024
expect "$(read_sum /dev/dyad0 0 1024)" read_sum /dev/da 0 1024
node a dyad -q promote r0 || fail "promoting a primary again is no error"
node a dyad -q demote r0
node a dyad -q demote r0 || fail "demoting a secondary again is no error"
