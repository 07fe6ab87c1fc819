# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# tags: a secondary whose disk takes few requests at a time, and at times none. After lib.sh.
LIMIT=$((10 * SLOW))

# tags_up: a pair; db, its metadata, and mapper/other are on a loop device of four requests, on
# a file system that can be frozen.
tags_up() {
	local loop
	ground
	make_disk da "$MB"
	make_disk below 64
	mkfs.ext4 -q /dev/below
	mkdir -p /mnt/below
	mount /dev/below /mnt/below
	truncate -s "$((MB + 9))M" /mnt/below/b.img
	modprobe -a loop dm-mod
	loop=$(losetup -f --show /mnt/below/b.img)
	echo none >"/sys/block/${loop#/dev/}/queue/scheduler"
	echo 4 >"/sys/block/${loop#/dev/}/queue/nr_requests"
	dmsetup create db --table "0 $((MB * 2048)) linear $loop 0"
	dmsetup create mdb --table "0 $((8 * 2048)) linear $loop $((MB * 2048))"
	dmsetup create other --table "0 2048 linear $loop $(((MB + 8) * 2048))"
	ln -sfn mapper/db /dev/db
	ln -sfn mapper/mdb /dev/mdb
	dyad -q meta create /dev/db meta /dev/mdb
	pair_join
	write_random /dev/dyad0 0 16384
}

# load_tags: an application with more requests at a time than that; $load is it.
load_tags() {
	fio --name=load --filename=/dev/dyad0 --ioengine=psync --direct=1 --rw=randwrite --bs=4k \
		--offset=16m --size=8m --time_based --runtime=$((600 * SLOW)) --numjobs=16 \
		--eta=never >/tmp/fio.load 2>&1 &
	load=$!
	writing
}

stands() { grep -lq blk_mq_get_tag /proc/[0-9]*/stack 2>/dev/null; }

thaw() { fsfreeze --unfreeze /mnt/below 2>/tmp/thaw || grep -q "Invalid argument" /tmp/thaw; }

# freeze [COMMAND]: until somebody waits for the disk to take a request, after the command.
freeze() {
	trap thaw EXIT
	fsfreeze --freeze /mnt/below >/tmp/freeze 2>&1 || fail "$(cat /tmp/freeze)"
	"$@"
	wait_for 10 stands
}

# disconnects: b, though somebody stands in its disk's queue, and others are refused.
disconnects() {
	local begin=$SECONDS
	timeout $((30 * SLOW)) innet b dyad -q disconnect r0 ||
		fail "disconnect waits for the disk"
	say "disconnect took $((SECONDS - begin)) s"
	stands || fail "the disk takes requests again"
	answers b
	expect_fail "has not given back yet" timeout $((10 * SLOW)) \
		innet b dyad detach r0
	answers b
}

# all_goes_on: the application has noticed nothing, and the disk answers again.
all_goes_on() {
	kill -0 "$load" || { sed 's/^/# /' /tmp/fio.load; fail "the application got an error"; }
	kill "$load"
	wait "$load" || true
	thaw
	back_again
}

# back_again: the disk answers, and is taken back.
back_again() {
	wait_for 10 hangs_no_more
	take_back_b
	same_bytes /dev/da /dev/db || fail "the disks differ"
}

hangs_no_more() { [ "$(field b '.held["disk-hangs"]')" = false ]; }
