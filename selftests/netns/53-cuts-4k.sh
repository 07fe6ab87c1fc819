#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# fio with verification over cuts and rejoins of the link: 4 KiB random.
# seconds: 600
# shellcheck source=lib.sh
. ./lib.sh
PING=$((700 * SLOW))
over_cuts "4 KiB random" --rw=randwrite --bs=4k --number_ios=1500
