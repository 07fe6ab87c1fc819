#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Law 11: somebody else has all requests of the secondary's disk, which then answers no more,
# and a resync is to be recorded there. Who records does not stand in the disk's queue for
# longer than until the disk is given up: verbs come back.
# shellcheck source=lib.sh
. ./lib.sh
# shellcheck source=tags.sh
. ./tags.sh
tags_up
node a dyad -q disconnect r0
node b dyad -q disconnect r0
disconnected
write_random /dev/dyad0 1024 4096
node b dyad -q set r0 io-timeout $LIMIT
others=()
take_all() {
	local i
	for i in 0 1 2 3 4 5 6 7; do
		dd if=/dev/zero of=/dev/mapper/other bs=4k count=1 seek="$i" oflag=direct \
			status=none &
		others+=($!)
	done
}
freeze take_all

records() { grep -lq dyad_record /proc/[0-9]*/stack 2>/dev/null; }
node a dyad -q connect r0
node b dyad -q connect r0
wait_for 10 records
wait_for 20 data_is b failed
disconnects
thaw
wait "${others[@]}"
back_again
