#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Requests that are submitted together leave together, in less than a segment for two of them;
# and over cuts of the link, which come in the midst of that, nothing of it is lost (laws 1, 4).
# seconds: 600
# shellcheck source=lib.sh
. ./lib.sh
PING=$((700 * SLOW))
together=(--rw=randwrite --bs=4k --ioengine=libaio --iodepth=32 --iodepth_batch_submit=16
	--iodepth_batch_complete_min=16)
segments() { node a cat /proc/net/snmp | awk '$1 == "Tcp:" && n++ { print $12 }'; }

over_cuts "4 KiB random, 16 at a time" "${together[@]}" --number_ios=1500
# As large as the network takes them at once, whatever a packet holds.
node a dyad -q disconnect r0
ip -n a link set va mtu 65535
ip -n b link set vb mtu 65535
node a dyad -q connect r0
synced
before=$(segments)
fio_job together /dev/dyad0 "${together[@]}" --size=24m --number_ios=3200
sent=$(($(segments) - before))
say "3200 writes in $sent segments"
[ $sent -lt 1600 ] || fail "they were sent one by one"
synced
disks_equal
