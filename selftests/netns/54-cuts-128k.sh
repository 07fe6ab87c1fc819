#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# fio with verification over cuts and rejoins of the link: 128 KiB sequential.
# seconds: 600
# shellcheck source=lib.sh
. ./lib.sh
PING=$((700 * SLOW))
over_cuts "128 KiB sequential" --rw=write --bs=128k --loops=2
