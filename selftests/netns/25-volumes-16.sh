#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# seconds: 300
# A resource has up to 16 volumes, and all are replicated in one session.
# shellcheck source=lib.sh
. ./lib.sh
MB=8
VOLUMES=$(seq -s ' ' 0 15)
pair_up
for v in $VOLUMES; do
	write_random "/dev/dyad$((2 * v))" $((v * 64)) 64
done
for v in $VOLUMES; do
	disks_equal "$v"
done
expect 16 field a '.volume | length'
lead b
