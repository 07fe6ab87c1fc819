#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Law 1: a completed write is on both disks, of every size and alignment.
# shellcheck source=lib.sh
. ./lib.sh
[ "$SLOW" = 1 ] || MB=16
pair_up
for size in 512 1024 4096 4608 65536 1048576 3145728; do
	fio_job w$size /dev/dyad0 --rw=randwrite --bs=$size --blockalign=512 \
		--number_ios=$((SLOW > 1 ? 4 : 16)) --size=$((MB - 4))m
	disks_equal
done
