#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A connected, up-to-date secondary can be read, and shows the primary's data.
# shellcheck source=lib.sh
. ./lib.sh
pair_up
write_random /dev/dyad0 64 512
expect "$(read_sum /dev/dyad0 64 512)" read_sum /dev/dyad1 64 512
