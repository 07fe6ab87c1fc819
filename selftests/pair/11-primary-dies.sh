#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The primary's machine is killed in mid-write, thrice, each time another one:
# every acknowledged record is on the survivor (law 1, law 2).
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
pair_up
on a "mkfs.ext4 -q /dev/dyad0"
lead=a other=b
for round in 1 2 3; do
	on "$lead" "mkdir -p /mnt/disk && mount /dev/dyad0 /mnt/disk" || fail "round $round: mount"
	start_records "$lead" "/mnt/disk/records$round"
	until_records "$lead" $((40 * round))
	"$vm" kill "$lead"
	last=$(acknowledged "$lead")
	on "$other" "dyad -q wait r0 disconnected timeout 30" || fail "round $round: not noticed"
	on "$other" "dyad -q promote r0 --force" || fail "round $round: $other does not lead"
	on "$other" "e2fsck -p /dev/dyad0 >/dev/null; test \$? -le 1" || fail "round $round: journal"
	on "$other" "e2fsck -fn /dev/dyad0 >/dev/null 2>&1" || fail "round $round: fsck"
	found=$(on "$other" "mkdir -p /mnt/check && mount /dev/dyad0 /mnt/check &&
		recorder check /mnt/check/records$round $last; s=\$?; umount /mnt/check; exit \$s") ||
		fail "round $round: $found"
	step "round $round: $lead died, $other: $found"
	boot "$lead"
	configure "$lead"
	synced
	read -r lead other <<<"$other $lead"
done
on "$lead" "dyad -q demote r0" || fail "demote"
disks_equal
no_splats
