#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# One side with a key, the other without: refused on both, whichever it is.
# shellcheck source=lib.sh
. ./lib.sh
ground
disks_up
for keyed in a b; do
	for n in a b; do
		node_up $n r0
		if [ $n != $keyed ]; then
			[ $n = a ] && id=2 other=b
			[ $n = a ] || { id=1; other=a; }
			node $n dyad -q peer delete r0 "$other"
			node $n dyad -q peer add r0 "$other" node "$id" address "10.0.0.$id" --insecure
		fi
		node $n dyad -q connect r0
	done
	refused_for a "key"
	refused_for b "key"
	node a dyad -q delete r0
	node b dyad -q delete r0
done
