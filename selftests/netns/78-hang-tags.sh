#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Law 11: the secondary's disk takes no more requests, so whoever sends it one stands there,
# and then the session is ended. The verb that does so comes back once the disk is given up,
# and others are refused at once; when the disk answers again all goes on.
# shellcheck source=lib.sh
. ./lib.sh
LIMIT=$((4 * SLOW))
ground
make_disk da "$MB"
make_disk below 64
mkfs.ext4 -q /dev/below
mkdir -p /mnt/below
mount /dev/below /mnt/below
truncate -s "${MB}M" /mnt/below/b.img
modprobe loop
loop=$(losetup -f --show /mnt/below/b.img)
ln -sfn "$loop" /dev/db
# As few requests at a time as there can be.
echo none >"/sys/block/${loop#/dev/}/queue/scheduler"
echo 4 >"/sys/block/${loop#/dev/}/queue/nr_requests"
pair_join
node b dyad -q set r0 io-timeout $LIMIT
write_random /dev/dyad0 0 16384

fio --name=load --filename=/dev/dyad0 --ioengine=psync --direct=1 --rw=randwrite --bs=4k \
	--offset=16m --size=8m --time_based --runtime=$((600 * SLOW)) --numjobs=16 \
	--eta=never >/tmp/fio.load 2>&1 &
load=$!
thaw() { fsfreeze --unfreeze /mnt/below 2>/tmp/thaw || grep -q "Invalid argument" /tmp/thaw; }
trap thaw EXIT
stands() { grep -lq blk_mq_get_tag /proc/[0-9]*/stack 2>/dev/null; }
back() { [ "$(field b '.held["disk-hangs"]')" = false ]; }
wait_for 20 written_since
fsfreeze --freeze /mnt/below >/tmp/freeze 2>&1 || fail "$(cat /tmp/freeze)"
wait_for 10 stands
stands || fail "nobody waits for the disk to take a request"

begin=$SECONDS
timeout $((30 * SLOW)) nsenter --net=/run/netns/b dyad -q disconnect r0 ||
	fail "disconnect waits for the disk"
say "disconnect took $((SECONDS - begin)) s"
stands || fail "the disk takes requests again"
answers b
expect_fail "has not given back yet" timeout $((10 * SLOW)) nsenter --net=/run/netns/b dyad detach r0
answers b
wait_for 10 written_since
kill -0 $load || { sed 's/^/# /' /tmp/fio.load; fail "the application got an error"; }
kill $load
wait $load || true

thaw
wait_for 10 back
node b dyad -q detach r0
attach b r0 db device 1
node b dyad -q set r0 io-timeout 0
node b dyad -q connect r0
synced
same_bytes /dev/da /dev/db || fail "the disks differ"
