#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Law 13: the primary's own disk fails a write: an error is never turned into
# success, the disk no longer counts as up to date and is no source for the
# peer, and what was completed before is whole there.
# shellcheck source=lib.sh
. ./lib.sh
ground
make_disk rawa 16
make_disk db 16
dmsetup create da --table "0 $((16 * 2048)) linear /dev/rawa 0"
ln -sfn mapper/da /dev/da
pair_join
write_random /dev/dyad0 0 256
sum=$(read_sum /dev/dyad0 0 256)
dmsetup suspend da
dmsetup load da --table "0 $((16 * 2048)) flakey /dev/rawa 0 0 3600 1 error_writes"
dmsetup resume da
head -c 64k /dev/urandom >/tmp/data
if dd if=/tmp/data of=/dev/dyad0 bs=4k seek=128 oflag=direct conv=notrunc status=none 2>/tmp/err; then
	say "the write completed: then the other replica has it, for good"
	expect "$(md5sum </tmp/data | cut -c1-32)" read_sum /dev/db 512 64
else
	say "the write failed, and the writer was told"
fi
not_good() { ! data_is a uptodate; }
wait_for 5 not_good
expect "$sum" read_sum /dev/db 0 256
node a dyad -q demote r0
# b would repair a's disk, which fails that too: no more sessions from here on.
node a dyad -q disconnect r0
node b dyad -q disconnect r0
node b dyad -q promote r0 --force
expect "$sum" read_sum /dev/dyad1 0 256
