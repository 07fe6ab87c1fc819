#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A machine that stands still for longer than the ping time: the other goes on;
# when it wakes it does not disturb, and catches up.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
pair_up
on a "mkfs.ext4 -q /dev/dyad0 && mkdir -p /mnt/disk && mount /dev/dyad0 /mnt/disk"
start_records a /mnt/disk/records
until_records a 30
"$vm" pause b
on a "dyad -q wait r0 disconnected timeout 30" || fail "the frozen peer was not noticed"
until_records a 50
step "a goes on alone"
"$vm" resume b
synced
step "b is back and up to date"
until_records a 20
stop_records a
on a "umount /mnt/disk; dyad -q demote r0" || fail "a cannot end its work"
disks_equal
no_splats
