#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A verify finds exactly the blocks that were changed behind dyad's back on the
# peer's disk, keeps them known over a crash of the primary, and repairs
# nothing that it is not asked to.
# shellcheck source=lib.sh
. ./lib.sh
MB=48
pair_up
fio_job fill /dev/dyad0 --rw=write --bs=256k --size=16m
found() { # NODE: every extent, "start+length"
	field "$1" '.volume[0].extent | map("\(.start)+\(.length)") | join(" ")'
}
verify() { # NODE [ARGUMENT]...
	local n=$1
	shift
	node "$n" dyad -q verify start r0 "$@"
	node "$n" dyad -q wait r0 verified timeout $((60 * SLOW))
}

say "equal disks: nothing"
verify a
expect 0 field a '.volume[0]["sync-differ"]'
expect "" found a
expect $((MB << 20)) field a '.volume[0]["sync-total"]'
expect $((MB << 20)) field a '.volume[0]["sync-done"]'
expect 0 field a '.volume[0]["sync-copied"]'

say "one byte, a run over the border of two digest requests, the last sectors"
printf x | dd of=/dev/db bs=1 seek=$((5 << 20)) conv=notrunc status=none
sync
write_random /dev/db $((9 * 1024 + 248)) 16
write_random /dev/db $((MB * 1024 - 8)) 8
verify a
want="$((5 << 20))+4096 $(((9 << 20) + (248 << 10)))+16384 $(((MB << 20) - 8192))+8192"
expect "$want" found a
expect $((4096 + 16384 + 8192)) field a '.volume[0]["sync-differ"]'
expect $((4096 + 16384 + 8192)) field a '.volume[0].dirty'
disks_differ
data_is a uptodate || fail "the primary is $(field a '.volume[0]')"
data_is b uptodate || fail "the secondary is $(field b '.volume[0]')"

say "again: the same, not twice as much"
verify a
expect "$want" found a
expect $((4096 + 16384 + 8192)) field a '.volume[0].dirty'

say "a block that is overwritten is equal afterwards, and known to be"
write_random /dev/dyad0 $((5 * 1024)) 4
verify a
expect $((16384 + 8192)) field a '.volume[0]["sync-differ"]'
expect $((16384 + 8192)) field a '.volume[0].dirty'

say "a crash of the primary forgets none of it"
# As a power cut would leave the metadata now.
dd if=/dev/mda of=/tmp/meta.img bs=1M iflag=direct status=none
dyad -j meta dump /tmp/meta.img >/tmp/dump
expect "$(((9 << 20) + (248 << 10)))+16384 $(((MB << 20) - 8192))+8192" jq -r \
	'."dirty-extent" | map("\(.start)+\(.length)") | join(" ")' /tmp/dump

say "the next resync copies it"
link_cut
disconnected
link_heal
synced
disks_equal
verify a
expect 0 field a '.volume[0]["sync-differ"]'
expect 0 field a '.volume[0].dirty'
