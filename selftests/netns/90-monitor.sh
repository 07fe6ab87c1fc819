#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Changes are announced as they happen.
# shellcheck source=lib.sh
. ./lib.sh
pair_up
node a dyad -j monitor r0 >/tmp/events &
wait_for 5 test -s /tmp/events
node a dyad -q disconnect r0
wait_for 5 grep -q standalone /tmp/events
node a dyad -q connect r0
synced
wait_for 5 sh -c 'tail -3 /tmp/events | grep -q connected'
node a dyad -q demote r0
wait_for 5 sh -c 'tail -3 /tmp/events | grep -q secondary'
kill %1
jq -e . /tmp/events >/dev/null || fail "not one JSON object a line"
