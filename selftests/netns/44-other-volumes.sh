#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Volumes that the other side does not have: refused with the reason.
# shellcheck source=lib.sh
. ./lib.sh
ground
VOLUMES="0 1"
disks_up
node_up a r0
VOLUMES=0
node_up b r0
node a dyad -q promote r0 --force
node a dyad -q connect r0
node b dyad -q connect r0
refused_for a "volume"
refused_for b "volume"
attach b r0 db1 volume 1 device 3
synced
