#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# fio with verification over cuts and rejoins of the link: mixed sizes, reads and writes, fsync.
# seconds: 600
# shellcheck source=lib.sh
. ./lib.sh
PING=$((700 * SLOW))
over_cuts "mixed sizes, reads and writes, fsync" --rw=randrw --bsrange=4k-64k --fsync=16 --number_ios=800
