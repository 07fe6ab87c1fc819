#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Law 12: a primary swaps to a file on the device while dirty pages of files on it pile up and
# the link is slow, in sync and in async, whose backlog may take more than there is: nothing
# locks up, no allocation fails, nothing that was written is lost.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# A host that is busy is no silent peer.
PING=30000 pair_up
on a "set -e
	mkfs.ext4 -q /dev/dyad0
	mkdir -p /mnt/disk /mnt/ballast /mnt/hog
	mount /dev/dyad0 /mnt/disk
	dd if=/dev/zero of=/mnt/disk/swap bs=1M count=48 status=none
	chmod 600 /mnt/disk/swap
	mkswap /mnt/disk/swap >/dev/null
	swapon /mnt/disk/swap" || fail "no swap"
on b "tc qdisc add dev eth0 root netem delay 10ms"
on a "tc qdisc add dev eth0 root netem delay 10ms rate 64mbit limit 10000"
# hard COMMAND: on a, for as long as it may take there.
hard() { "$vm" sh a -t 600 "$*"; }
# What is in here is never given back: little is left for all the rest.
on a "mount -t ramfs none /mnt/ballast
	mount -t tmpfs -o size=100% none /mnt/hog
	sync
	free=\$(awk '/^MemAvailable/ { print int(\$2 / 1024) }' /proc/meminfo)
	dd if=/dev/zero of=/mnt/ballast/x bs=1M count=\$((free - 56)) status=none" ||
	fail "memory cannot be filled"
swapped_out() { on a "awk '/^pswpout/ { print \$2 * 4 }' /proc/vmstat"; } # KiB
for mode in sync async; do
	begin=$SECONDS
	before=$(swapped_out)
	on a "dyad -q set r0 mode $mode" || fail "no mode $mode"
	hard "set -e
		for i in 1 2 3; do
			dd if=/dev/urandom bs=64k count=96 status=none |
				tee /mnt/disk/file\$i | md5sum >/run/sum\$i &
		done
		# More than there is, as memory that only swap can take: a third is swapped out.
		dd if=/dev/urandom bs=64k count=1024 status=none | tee /mnt/hog/x | md5sum >/run/sum
		[ \"\$(md5sum </mnt/hog/x)\" = \"\$(cat /run/sum)\" ]
		wait
		sync
		for i in 1 2 3; do
			[ \"\$(md5sum </mnt/disk/file\$i)\" = \"\$(cat /run/sum\$i)\" ]
		done
		rm /mnt/hog/x" || fail "$mode: something is lost or stuck"
	out=$(($(swapped_out) - before))
	step "$mode: $out KiB were swapped out, in $((SECONDS - begin)) s"
	[ $out -gt 1024 ] || fail "$mode: only $out KiB were swapped out"
done
for n in a b; do
	! on $n "dmesg | grep -E 'allocation failure|[Oo]ut of memory|oom-kill|I/O error|rror on swap'" ||
		fail "$n ran out of memory"
done
[ "$(on a "dyad -j status r0" | jq '.resources[0].peer[0].sessions')" = 1 ] || fail "the session was lost"
on a "rm /mnt/ballast/x
	swapoff /mnt/disk/swap && umount /mnt/disk && dyad -q demote r0" || fail "a cannot end its work"
disks_equal
no_splats
