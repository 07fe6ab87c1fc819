#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Law 5 with a word given beforehand: after a split the policy that both sides have, one for no
# primary left and one for one, says who gives up its changes; one side alone says nothing.
# shellcheck source=lib.sh
. ./lib.sh
MB=32
pair_up

# What b does alone from now on began in a later second than what a did.
later() { [ "$(date +%s)" -gt "$(field a '["alone-since"]')" ]; }

split() { # KIB-AT-A KIB-AT-B
	link_cut
	disconnected
	[ "$1" = 0 ] || write_random /dev/dyad0 0 "$1"
	node a dyad -q demote r0
	wait_for 10 later
	node b dyad -q promote r0 --force
	[ "$2" = 0 ] || write_random /dev/dyad1 8192 "$2"
	node b dyad -q demote r0
}

split 64 128
link_heal
node a dyad -q set r0 split-policy discard-least-changes
refused_for a "both"
expect true field a '.peer[0].diverged'
expect 131072 field a '.peer[0].changed'
keep=$(read_sum /dev/db 8192 128)
node b dyad -q set r0 split-policy discard-least-changes
synced
disks_equal
expect "$keep" read_sum /dev/da 8192 128

node a dyad -q promote r0
for n in a b; do
	node $n dyad -q set r0 split-policy discard-zero-changes
done
split 64 64
link_heal
refused_for a "both"
node a dyad -q disconnect r0
node a dyad -q connect r0 --discard-local-changes
synced
disks_equal

node a dyad -q promote r0
for n in a b; do
	node $n dyad -q set r0 split-policy discard-younger
done
split 64 64
keep=$(read_sum /dev/da 0 64)
link_heal
synced
disks_equal
expect "$keep" read_sum /dev/db 0 64

# With a primary the other policy counts, and both have to have it.

node a dyad -q promote r0
link_cut
disconnected
write_random /dev/dyad0 0 64
node b dyad -q promote r0 --force
write_random /dev/dyad1 8192 256
node b dyad -q demote r0
keep=$(read_sum /dev/dyad0 0 64)
node b dyad -q set r0 split-policy-primary discard-secondary
link_heal
refused_for a "both"
expect true field a '.peer[0].diverged'
node a dyad -q set r0 split-policy-primary discard-secondary
synced
disks_equal
expect "$keep" read_sum /dev/db 0 64
expect "$keep" read_sum /dev/dyad0 0 64
