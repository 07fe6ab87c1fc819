#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Law 11: the secondary's disk takes no more requests, so whoever sends it one stands there,
# and then the session is ended. The verb that does so comes back once the disk is given up,
# and others are refused at once; when the disk answers again all goes on.
# shellcheck source=lib.sh
. ./lib.sh
# shellcheck source=tags.sh
. ./tags.sh
tags_up
node b dyad -q set r0 io-timeout $LIMIT
load_tags
freeze
disconnects
writing
all_goes_on
