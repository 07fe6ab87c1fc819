#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Law 5: both sides were written alone. They meet, find out, and keep apart
# with the reason, each with its own data, until told whose to keep.
# shellcheck source=lib.sh
. ./lib.sh
pair_up
node a dyad -q disconnect r0
disconnected
write_random /dev/dyad0 0 64
node b dyad -q promote r0 --force
write_random /dev/dyad1 128 64
mine=$(read_sum /dev/da 0 64)
theirs=$(read_sum /dev/db 128 64)
node b dyad -q demote r0
node b dyad -q connect r0
node a dyad -q connect r0
refused_for a "both sides"
refused_for b "both sides"
expect "$mine" read_sum /dev/da 0 64
expect "$theirs" read_sum /dev/db 128 64
node b dyad -q disconnect r0
node b dyad -q connect r0 --discard-local-changes
node a dyad -q connect r0
synced
disks_equal
expect "$mine" read_sum /dev/db 0 64
say "a word that was given before is not about what was written since"
node b dyad -q connect r0 --discard-local-changes
lead b
link_cut
disconnected
write_random /dev/dyad1 256 64
node a dyad -q promote r0 --force
write_random /dev/dyad0 512 64
node a dyad -q demote r0
node b dyad -q demote r0
link_heal
wait_for 15 reason_is a "both sides"
wait_for 15 reason_is b "both sides"
node a dyad -q connect r0 --discard-local-changes
synced
disks_equal
