#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Law 2: a completed flush is a flush on both disks. The peer's disk takes
# most of a second for a flush; an fsync at the primary does not return before.
# shellcheck source=lib.sh
. ./lib.sh
ground
make_disk da 16
make_disk rawb 16 cache_size=4
table="0 $((16 * 2048)) delay /dev/rawb 0 0 /dev/rawb 0 0 /dev/rawb 0"
dmsetup create db --table "$table 0"
ln -sfn mapper/db /dev/db
pair_join
dmsetup suspend db
delay=$((3000 * SLOW))
dmsetup load db --table "$table $delay"
dmsetup resume db
ms() {
	local begin
	begin=$(date +%s%N)
	"$@"
	echo $((($(date +%s%N) - begin) / 1000000))
}
wrote=$(dd_ms if=/dev/zero of=/dev/dyad0 bs=4k count=1 oflag=direct conv=notrunc)
fsynced=$(ms dd if=/dev/zero of=/dev/dyad0 bs=4k count=1 oflag=direct conv=notrunc,fsync status=none)
say "write $wrote ms, write and fsync $fsynced ms"
[ "$fsynced" -ge $delay ] || fail "an fsync came back after $fsynced ms, before the peer's flush"
[ "$wrote" -lt $((delay / 2)) ] || fail "a plain write waited for a flush: $wrote ms"
