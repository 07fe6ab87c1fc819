#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Law 13: what the primary's disk cannot read the peer serves, and it is written back:
# whatever the size and place of the read, from a file system's cache too, and never
# over a newer write (law 8). The session and both data states stay as they are.
# shellcheck source=lib.sh
. ./lib.sh
ground
frail_disks
pair_join
write_random /dev/dyad0 0 16384

# spoil OFFSET-KB LENGTH-KB: a's disk holds garbage there, and fails reads of it.
spoil() {
	write_random /dev/rawa "$1" "$2"
	frail a "$1" "$2" reads
}
mended() { # OFFSET-KB LENGTH-KB
	expect "$(read_sum /dev/rawb "$1" "$2")" read_sum /dev/rawa "$1" "$2"
}
count() { field a ".volume[0][\"$1\"]"; }

say "small and large reads, over the end of a region"
spoil 4088 1200
want=$(read_sum /dev/rawb 4088 1200)
expect "$want" read_sum /dev/dyad0 4088 1200
mended 4088 1200
expect $((1200 * 1024)) count repaired
[ "$(count peer-reads)" -ge 300 ] || fail "only $(count peer-reads) reads were counted"
dd if=/dev/dyad0 of=/tmp/got bs=1M skip=$((4088 * 1024)) count=1 iflag=direct,skip_bytes \
	status=none
dd if=/dev/rawb of=/tmp/want bs=1M skip=$((4088 * 1024)) count=1 iflag=direct,skip_bytes \
	status=none
cmp /tmp/got /tmp/want || fail "a read of 1 MiB is not what the peer has"
log_has "the disk could not read"

say "a single sector: all of its block is repaired"
spoil 8192 4
dd if=/dev/dyad0 of=/tmp/got bs=512 skip=$((8192 * 2 + 3)) count=1 iflag=direct status=none
dd if=/dev/rawb of=/tmp/want bs=512 skip=$((8192 * 2 + 3)) count=1 iflag=direct status=none
cmp /tmp/got /tmp/want || fail "a sector is not what the peer has"
mended 8192 4

say "through the page cache"
spoil 9000 256
dd if=/dev/dyad0 bs=4k skip=2250 count=64 status=none | md5sum | cut -c1-32 >/tmp/got
expect "$(read_sum /dev/rawb 9000 256)" cat /tmp/got
mended 9000 256

say "while the same blocks are being written"
spoil 12288 256
# Each block once, verified, with a reader beside; then many at once over each other.
fio_job verified /dev/dyad0 --rw=randwrite --bs=4k --offset=12m --size=256k \
	--time_based --runtime=$((5 * SLOW)) \
	--ioengine=libaio --iodepth=4 --verify=crc32c --verify_fatal=1 &
job=$!
while kill -0 $job 2>/dev/null; do
	dd if=/dev/dyad0 of=/dev/null bs=64k skip=192 count=4 iflag=direct status=none
done
wait $job || fail "what was written is not what is read"
fio_job mixed /dev/dyad0 --rw=randrw --bs=4k --offset=12m --size=64k --io_size=4m \
	--ioengine=libaio --iodepth=16 --norandommap
frail a 12288 256 nothing
node a dyad status r0 | grep -q "the peer served them" || fail "status does not tell"
link_is a connected || fail "the session has ended"
data_is a uptodate || fail "a is no longer up to date"
data_is b uptodate || fail "b is no longer up to date"
disks_equal
