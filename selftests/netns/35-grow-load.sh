#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Rule H17: a volume grows while it is written, with both kinds of metadata: no
# verify error, both nodes have the new size, what is new is copied too, and it
# stays so over a restart of both.
# seconds: 500
# shellcheck source=lib.sh
. ./lib.sh
# shellcheck source=grow.sh
. ./grow.sh
[ "$SLOW" -lt 4 ] || skip "growing under load takes too long on this kernel; 35-grow-cut and 35-grow-ext4 run"
ground
all=("internal external" "internal internal" "external external")
for kinds in "${all[@]:0:$(rounds 3 1 3)}"; do
	# shellcheck disable=SC2086
	grow_pair $kinds 32
	old=$(same_size)
	load_start 0 --bs=16k --size=24m
	for mb in 40 41 200; do
		# Not zeroes: what is new has to differ, to show that it is copied.
		for n in a b; do
			enlarge $n $mb
		done
		write_random /dev/da $((${first[${kind[a]}]} / 1024 + mb * 1024 - 1536)) 256
		node a dyad -q resize r0
		new=$(same_size)
		[ "$new" -gt $((mb * 1048576 - 2100000)) ] || fail "$kinds: $new bytes of $mb MiB"
		[ "$new" -gt "$old" ] || fail "$kinds: no more than the $old bytes before"
		old=$new
		load_goes_on
		synced
	done
	kill $load
	wait $load || true
	data_equal
	write_random /dev/dyad0 $((old / 1024 / 4 * 4 - 4096)) 4096
	data_equal
	node a dyad -q demote r0
	for n in a b; do
		node $n dyad -q delete r0
	done
	for n in a b; do
		grow_up $n
	done
	connect
	synced
	expect "$old" same_size
	node b dyad -q promote r0
	write_random /dev/dyad1 $((old / 1024 / 4 * 4 - 8192)) 4096
	data_equal
	node b dyad -q demote r0
	say "$kinds: $old bytes"
	grow_down
done
