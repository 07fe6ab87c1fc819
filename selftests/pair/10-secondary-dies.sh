#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The secondary's machine is killed: the primary goes on within seconds, and
# the secondary is brought up to date when it returns.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
pair_up
on a "mkfs.ext4 -q /dev/dyad0 && mkdir -p /mnt/disk && mount /dev/dyad0 /mnt/disk"
start_records a /mnt/disk/records
until_records a 50
"$vm" kill b
until_records a 100
step "a goes on alone"
boot b
configure b
synced
until_records a 20
stop_records a
on a "umount /mnt/disk; dyad -q demote r0" || fail "a cannot end its work"
disks_equal
no_splats
