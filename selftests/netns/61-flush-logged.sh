#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Law 2: what reaches the peer's disk: the write, then a flush, and only then
# does the primary's fsync return. FUA writes arrive as FUA (or are flushed).
# shellcheck source=lib.sh
. ./lib.sh
ground
logged_disks
pair_join
dmsetup message db 0 mark before
dd if=/dev/urandom of=/dev/dyad0 bs=4k seek=77 count=1 oflag=direct conv=notrunc,fsync status=none
dmsetup message db 0 mark fsynced
dd if=/dev/urandom of=/dev/dyad0 bs=4k seek=99 count=1 oflag=direct,dsync conv=notrunc status=none
dmsetup message db 0 mark synced
read_log
# sector of the write, a flush, then the mark
awk '/mark/ { marks++; next }
	marks == 1 && $1 == 616 { written = 1 }
	marks == 1 && written && /flush|fua/ { flushed = 1 }
	marks == 2 && $1 == 792 { second = 1; if (/fua/) durable = 1 }
	marks == 2 && second && /flush/ { durable = 1 }
	END { exit !(written && flushed && second && durable) }' /tmp/log ||
	fail "no flush between the write and the end of fsync at the peer's disk"
