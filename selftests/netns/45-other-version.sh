#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A peer that speaks another protocol version is told so, and so is whoever
# asks for another resource, comes as a stranger or without a key.
# shellcheck source=lib.sh
. ./lib.sh
ground
disks_up
node_up b r0
node b dyad -q connect r0
hello() { node a stranger 10.0.0.2 hello "$@"; }
version=$(hello r0 1 2 1 2 9)
expect "refused 3" echo "$version"
wait_for 5 reason_is b "protocol version"
log_has "protocol version" || fail "not in the kernel's log"
expect "refused 4" hello nosuch 1 2 1 1 1
expect "refused 5" hello r0 9 2 1 1 1
expect "refused 5" hello r0 1 9 1 1 1
expect "refused 7" hello r0 1 2 0 1 1
# One who says the right words but cannot prove the key gets a question, no more.
expect "type 1" hello r0 1 2 1 1 9
! link_is b connected || fail "a stranger is connected"
node_up a r0
node a dyad -q promote r0 --force
node a dyad -q connect r0
synced
