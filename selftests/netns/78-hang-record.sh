#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Law 11: the secondary's disk takes no more requests, and then there is something to be
# recorded on it. Who records does not stand there for longer than until the disk is given
# up: the primary is told that it has failed and goes on, and verbs are refused, not stuck.
# shellcheck source=lib.sh
. ./lib.sh
# shellcheck source=tags.sh
. ./tags.sh
tags_up
node b dyad -q set r0 io-timeout $LIMIT
load_tags
freeze
begin=$SECONDS
# Both record it.
timeout $((40 * SLOW)) nsenter --net=/run/netns/a dyad set r0 mode memsync >/tmp/mode 2>&1 ||
	say "the mode: $(cat /tmp/mode)"
wait_for 20 data_is b failed
wait_for 20 written_since
say "the primary goes on after $((SECONDS - begin)) s"
stands || fail "the disk takes requests again"
answers b
timeout $((30 * SLOW)) nsenter --net=/run/netns/b dyad -q disconnect r0 ||
	fail "disconnect waits for the disk"
expect_fail "has not given back yet" timeout $((10 * SLOW)) nsenter --net=/run/netns/b dyad detach r0
all_goes_on
