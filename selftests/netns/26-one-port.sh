#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Several resources share a node's one port, in both directions at once.
# shellcheck source=lib.sh
. ./lib.sh
ground
one() { # NODE ID OTHER RESOURCE
	make_disk "d$1$4" 8
	node "$1" dyad -q create "r$4" node "$2"
	attach "$1" "r$4" "d$1$4" device $((2 * $4 + $2 - 1))
	node "$1" dyad -q peer add "r$4" "$3" node $((3 - $2)) \
		address "10.0.0.$((3 - $2))" key-file "$KEY"
	node "$1" dyad -q connect "r$4"
}
for r in 0 1 2 3; do
	one a 1 b $r
	one b 2 a $r
done
for r in 0 1 2 3; do
	n=a
	[ $((r % 2)) = 0 ] || n=b
	node $n dyad -q promote "r$r" --force
	node $n dyad wait "r$r" synced timeout $((30 * SLOW))
	write_random "/dev/dyad$((2 * r + r % 2))" 0 64
	same_bytes "/dev/da$r" "/dev/db$r" || fail "r$r differs"
done
expect 1 node a sh -c "ss -Htln 'sport = 8459' | wc -l"
node a dyad -q delete r1
node a dyad -q wait r0 connected timeout 5
