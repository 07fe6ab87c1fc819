#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Law 9: garbage at the port costs its sender the connection and nothing else:
# the good peer goes on without a pause, and no memory is lost.
# shellcheck source=lib.sh
. ./lib.sh
pair_up
load_start 0 --max_latency=$((2 * SLOW))s
for n in a b; do
	other=1
	[ $n = a ] && other=2
	node $n stranger 10.0.0.$other garbage $((120 / SLOW))
	node $n stranger 10.0.0.$other cut $((120 / SLOW))
	node $n stranger 10.0.0.$other huge r0
	load_goes_on
done
kill $load
wait $load || true
link_is a connected || fail "the good session ended"
expect 0 sh -c "dmesg | grep -c 'page allocation failure'; true"
disks_equal
