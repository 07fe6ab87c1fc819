#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# memsync: a write completes when the peer has received it, long before its slow disk
# has written it (H5); a flush and a FUA write wait for that disk (law 2, H6), a read at
# the secondary for what it has received; an overlapping write waits too (H4).
# shellcheck source=lib.sh
. ./lib.sh
ground
make_disk da 16
make_disk rawb 16 cache_size=4
delay=$((4000 * SLOW))
table="0 $((16 * 2048)) delay /dev/rawb 0 0 /dev/rawb 0"
dmsetup create db --table "$table 0"
ln -sfn mapper/db /dev/db
pair_join
expect_fail "the primary's mode rules" node b dyad set r0 mode memsync
node a dyad -q set r0 mode memsync
expect memsync field a .mode
expect memsync field b .mode
dmsetup suspend db
dmsetup load db --table "$table $delay"
dmsetup resume db
ms() {
	local begin
	begin=$(date +%s%N)
	"$@"
	echo $((($(date +%s%N) - begin) / 1000000))
}
write() { # BLOCK: how long it takes
	dd_ms if=/dev/urandom of=/dev/dyad0 bs=4k count=1 seek="$1" oflag=direct conv=notrunc
}
write 1
plain=$(write 2)
sum_there=$(read_sum /dev/dyad1 8 4)
write 6
read_there=$(dd_ms if=/dev/dyad1 of=/dev/null bs=4k skip=6 count=1 iflag=direct)
fsynced=$(ms dd if=/dev/urandom of=/dev/dyad0 bs=4k count=1 seek=3 oflag=direct conv=notrunc,fsync status=none)
fua=$(ms dd if=/dev/urandom of=/dev/dyad0 bs=4k count=1 seek=4 oflag=direct,dsync conv=notrunc status=none)
write 5
again=$(write 5)
say "write $plain ms, read at the peer $read_there ms, fsync $fsynced ms, FUA $fua ms, overwrite $again ms"
[ "$plain" -lt $((delay / 2)) ] || fail "a write waited for the peer's disk: $plain ms"
[ "$sum_there" = "$(read_sum /dev/dyad0 8 4)" ] || fail "the secondary does not read what it has received"
[ "$read_there" -ge $((delay / 4)) ] || fail "the secondary was read before its disk had what it has received"
[ "$fsynced" -ge $((delay - 20)) ] || fail "an fsync came back before the peer's disk had the write"
[ "$fua" -ge $((delay - 20)) ] || fail "a FUA write came back before the peer's disk had it"
[ "$again" -ge $((delay / 2)) ] || fail "an overlapping write did not wait"
sync /dev/dyad0
node a dyad -q demote r0
disks_equal
