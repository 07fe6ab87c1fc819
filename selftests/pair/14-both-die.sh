#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Both machines lose power in mid-write. After the restart they find out by
# themselves what may differ; then either may lead, without force, and has every
# acknowledged record.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
pair_up
on a "mkfs.ext4 -q /dev/dyad0 && mkdir -p /mnt/disk && mount /dev/dyad0 /mnt/disk"
start_records a /mnt/disk/records
until_records a 100
"$vm" kill a
"$vm" kill b
last=$(acknowledged a)
boot a &
boot b
wait
configure a
configure b
synced
on b "dyad -q promote r0" || fail "b does not lead"
found=$(on b "e2fsck -p /dev/dyad0 >/dev/null; mkdir -p /mnt/disk; mount /dev/dyad0 /mnt/disk &&
	recorder check /mnt/disk/records $last") || fail "$found"
step "$found"
on b "umount /mnt/disk && dyad -q demote r0" || fail "b cannot end its work"
disks_equal
no_splats
