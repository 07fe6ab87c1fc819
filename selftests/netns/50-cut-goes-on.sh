#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Law 1, law 11: the peer falls silent; the primary goes on alone within the
# ping time, without an error, and what was written alone arrives later.
# shellcheck source=lib.sh
. ./lib.sh
PING=$((6000 * SLOW))
pair_up
link_cut
begin=$(date +%s%N)
write_random /dev/dyad0 0 64
took=$((($(date +%s%N) - begin) / 1000000))
say "the write completed after $took ms"
[ $took -lt $((15000 * SLOW)) ] || fail "the write took $took ms"
[ $took -gt $((3000 * SLOW)) ] || fail "the write did not wait for the silent peer"
log_has "nothing was heard from the peer for the ping timeout" || fail "the log does not say why"
write_random /dev/dyad0 8192 1024
disks_differ
link_heal
synced
disks_equal
