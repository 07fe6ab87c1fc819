#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Every verb refuses what makes no sense, with a sentence and no change.
# shellcheck source=lib.sh
. ./lib.sh
modprobe dyad
net_up
new_key
make_disk da 16
make_disk dx 16
# refused STATUS COMMAND...
refused() {
	local want=$1 out status=0
	shift
	out=$(node a dyad "$@" 2>&1) || status=$?
	[ $status = "$want" ] || fail "'dyad $*' ended with $status: $out"
	[[ $out == dyad:*' '*' '* ]] || fail "'dyad $*' gave no sentence: $out"
	case $out in *"Invalid argument"* | *errno*) fail "'dyad $*': bare error: $out" ;; esac
}
refused 2 frobnicate
refused 2 create
refused 2 create r0
refused 2 create UPPER node 1
refused 2 create "" node 1
refused 2 create "$(printf 'x%.0s' {1..40})" node 1
refused 2 create r0 node 256
refused 2 create r0 node minus
refused 2 create r0 node 1 port 0
refused 2 create r0 node 1 streams 9
refused 2 create r0 node 1 mode bogus
refused 4 attach nosuch disk /dev/da
refused 4 promote nosuch --force
refused 4 demote nosuch
refused 4 connect nosuch
refused 4 disconnect nosuch
refused 4 status nosuch
node a dyad -q create r0 node 1
refused 1 attach r0 disk /dev/nosuch
refused 1 attach r0 disk /dev/null
refused 1 attach r0 disk /tmp
refused 2 attach r0 disk /dev/da volume 16
attach a r0 da
refused 1 attach r0 disk /dev/dx
refused 1 attach r0 disk /dev/da volume 1
refused 1 detach r0 volume 3
refused 1 connect r0
refused 2 peer add r0 b node 2 address 10.0.0 key-file $KEY
refused 2 peer add r0 b node 2 address 10.0.0.2
refused 1 peer add r0 b node 1 address 10.0.0.2 key-file $KEY
refused 1 peer add r0 b node 2 address 10.0.0.2 key-file /nosuch
echo short >/tmp/short
refused 1 peer add r0 b node 2 address 10.0.0.2 key-file /tmp/short
node a dyad -q peer add r0 b node 2 address 10.0.0.2 key-file $KEY
refused 1 peer add r0 c node 3 address 10.0.0.3 key-file $KEY
refused 4 peer delete r0 nosuch
expect 1 node a sh -c "dyad -j list | jq '[.. | .name? // empty] | length'"
