# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# lib: what is written to a disk before its power goes, and looked for after
# that. Sourced in the test VM.
#
# The first FS_MB of a device hold a file system with files; on the rest, one
# record of the ledger "raw" every 64 KiB.
cd /tests/netns
# shellcheck source=../netns/lib.sh
. ./lib.sh
FS_MB=20
STATE=/run/ledger	# the last acknowledged record of each ledger
MNT=/mnt/disk

# serve WORDS...: the server of disks, until it is stopped.
serve() {
	modprobe nbd nbds_max=8
	powerdisk serve "$@" &
	server=$!
	wait_for 30 test -S /run/powerdisk
}

serve_no_more() {
	powerdisk tell stop >/dev/null
	wait "$server" || fail "the server of the disks failed"
	server=
}

mark() { powerdisk tell mark "$*" >/dev/null; }

raw_slots() { # DEVICE
	echo $((($(blockdev --getsize64 "$1") - FS_MB * 1048576) / 65536))
}

# Of the superblock one sector may arrive and the other not. ext4 has just the one it
# looks at first, and with checksums it refuses to mount a torn one.
make_fs() { # DEVICE
	mkfs.ext4 -q -F -O ^metadata_csum "$1" "${FS_MB}m"
}

mount_fs() { # DEVICE
	mkdir -p "$MNT"
	mount -t ext4 "$1" "$MNT"
}

# start_work DEVICE: the ledgers and files that come and go, on the mounted
# device; more of it each time.
start_work() {
	local slots
	slots=$(raw_slots "$1")
	mkdir -p "$STATE"
	workers=()
	ledger write append "$MNT/append" append 0 512 0 "$STATE/append" &
	workers+=($!)
	ledger write slots "$MNT/slots" fdatasync 0 512 2048 "$STATE/slots" &
	workers+=($!)
	ledger write raw "$1" fua $((FS_MB * 1048576)) 65536 "$slots" "$STATE/raw" &
	workers+=($!)
	rm -f /run/files-end
	(
		i=0
		until [ -e /run/files-end ]; do
			i=$(((i + 1) % 4))
			mkdir -p "$MNT/files$i" || exit
			cp /usr/sbin/ip /usr/bin/bash "$MNT/files$i/" || exit
			mv "$MNT/files$i" "$MNT/old$i" || exit
			rm -r "$MNT/old$i" || exit
		done
	) 2>/dev/null &
	workers+=($!)
}

# stop_work: what is being written becomes durable and is acknowledged.
stop_work() {
	local w
	touch /run/files-end
	kill "${workers[@]:0:3}"
	for w in "${workers[@]:0:3}"; do
		wait "$w" || fail "a ledger failed"
	done
	wait "${workers[3]}" || true
	workers=()
}

# stop_work_hard: the disk below fails, so the ledgers do too.
stop_work_hard() {
	touch /run/files-end
	kill "${workers[@]:0:3}" 2>/dev/null || true
	wait "${workers[@]}" || true
	umount "$MNT"
	workers=()
}

acknowledged() { # LEDGER
	awk '{ n = $1 } END { print n + 0 }' "$STATE/$1" 2>/dev/null || echo 0
}

# wait_acks COUNT: that many more records of each ledger.
wait_acks() {
	local l goal
	for l in append slots raw; do
		goal=$(($(acknowledged $l) + $1))
		wait_for 60 more_than "$l" "$goal"
	done
}

more_than() { [ "$(acknowledged "$1")" -ge "$2" ]; }

# check_work DEVICE APPEND SLOTS RAW: what was acknowledged is there, and the
# file system is whole. Says what is not, and fails.
check_work() {
	local bad=0
	[ "$4" = 0 ] || ledger check "$1" fua $((FS_MB * 1048576)) 65536 "$(raw_slots "$1")" "$4" >/tmp/raw ||
		{ sed 's/^/# raw: /' /tmp/raw; bad=1; }
	mount_fs "$1" 2>/tmp/mount || { sed 's/^/# mount: /' /tmp/mount; return 1; }
	if [ "$2" != 0 ]; then
		ledger check "$MNT/append" append 0 512 0 "$2" >/tmp/append ||
			{ sed 's/^/# append: /' /tmp/append; bad=1; }
	fi
	if [ "$3" != 0 ]; then
		ledger check "$MNT/slots" fdatasync 0 512 2048 "$3" >/tmp/slots ||
			{ sed 's/^/# slots: /' /tmp/slots; bad=1; }
	fi
	umount "$MNT"
	e2fsck -fn "$1" >/tmp/fsck 2>&1 || { sed 's/^/# fsck: /' /tmp/fsck; bad=1; }
	return $bad
}

# value MARK FOLDER: its last value before the cut, 0 if it has none.
value() {
	awk -v mark="$1 " 'index($0, mark) == 1 { v = $NF } END { print v ? v : 0 }' "$2/marks"
}
