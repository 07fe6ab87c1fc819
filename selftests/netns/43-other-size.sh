#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Disks of different sizes: refused with the reason on both sides.
# shellcheck source=lib.sh
. ./lib.sh
ground
make_disk da 16
make_disk db 24
node_up a r0
node_up b r0
node a dyad -q promote r0 --force
node a dyad -q connect r0
node b dyad -q connect r0
refused_for a "size"
refused_for b "size"
write_random /dev/dyad0 0 64
