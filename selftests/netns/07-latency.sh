#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Law 11, in numbers: time that an I/O takes is found in the stage that took it: a slow
# link in 'peer', a full one in 'send', a slow disk in 'local' or 'store', an
# overlapping write in 'submit', flushes apart; and each I/O is counted once.
# shellcheck source=lib.sh
. ./lib.sh
delay=$((50 * SLOW))	# ms; far more than a disk in memory takes
ns=$((delay * 1000000))
n=20

# stage NODE STAGE KEY: of volume 0
stage() {
	node "$1" dyad -j latency show r0 |
		jq ".volume[0].latency[] | select(.stage == \"$2\") | .$3"
}

# slow NODE STAGE, quick NODE STAGE: half of all took the delay at least, or much less
slow() {
	local p50
	p50=$(stage "$1" "$2" p50)
	say "$1 $2: p50 $((p50 / 1000)) us, slow expected"
	[ "$p50" -ge $ns ] || fail "$2 on $1 took only $p50 ns"
}
quick() {
	local p50
	p50=$(stage "$1" "$2" p50)
	say "$1 $2: p50 $((p50 / 1000)) us, quick expected"
	[ "$p50" -lt $ns ] || fail "$2 on $1 took $p50 ns"
}

anew() {
	node a dyad -q latency reset r0
	node b dyad -q latency reset r0
}

# disk NODE READ WRITE FLUSH: how long its disk takes, in ms
disk() {
	dmsetup suspend "d$1"
	dmsetup load "d$1" --table "0 $((16 * 2048)) delay /dev/raw$1 0 $2 /dev/raw$1 0 $3 /dev/raw$1 0 $4"
	dmsetup resume "d$1"
}

writes() { fio_job w /dev/dyad0 --rw=randwrite --bs=4k --size=8m --number_ios=$n "$@"; }

ground
for side in a b; do
	make_disk raw$side 16 cache_size=4
	dmsetup create d$side --table "0 $((16 * 2048)) delay /dev/raw$side 0 0 /dev/raw$side 0 0 /dev/raw$side 0 0"
	ln -sfn mapper/d$side /dev/d$side
done
pair_join

anew
writes
for s in submit local send peer write; do
	expect $n stage a $s count
	expect $n stage a $s '"buckets" | map(.count) | add'
	[ "$(stage a $s longest)" -gt 0 ] || [ $s = submit ] || [ $s = send ] ||
		fail "$s takes no time at all"
done
expect $n stage b store count
expect 0 stage b write count
expect 0 stage a store count

say "a slow link"
anew
node a tc qdisc replace dev va root netem delay ${delay}ms
writes
quick a submit
quick a local
quick a send
slow a peer
slow a write
quick b store
node a tc qdisc del dev va root

say "a slow disk here"
anew
disk a 0 $delay 0
writes
quick a submit
slow a local
quick a peer
slow a write
quick b store

say "writes that overlap"
anew
writes --offset=0 --size=4k --loops=10 --number_ios=10 --numjobs=2 --group_reporting
[ "$(stage a submit longest)" -ge $((ns / 2)) ] || fail "nobody waited for an overlapping write"
expect 20 stage a submit count
disk a 0 0 0

say "a slow disk there"
anew
disk b 0 $delay 0
writes
quick a local
slow a peer
slow b store
disk b 0 0 0

say "slow reads and flushes"
anew
disk a $delay 0 $delay
dd if=/dev/dyad0 of=/dev/null bs=4k count=5 iflag=direct status=none
expect 5 stage a read count
slow a read
for ((i = 0; i < 3; i++)); do
	dd if=/dev/zero of=/dev/dyad0 bs=4k count=1 seek=$i oflag=direct conv=notrunc,fsync status=none
done
expect 3 stage a flush count
slow a flush
slow a flush-local
quick a flush-peer
expect 3 stage a write count
quick a local
disk a 0 0 0

say "a full link"
anew
node a tc qdisc replace dev va root netem rate 20mbit
# Four times what may wait to be sent.
fio_job w /dev/dyad0 --rw=write --bs=128k --size=1m --numjobs=8 --offset_increment=1m \
	--ioengine=libaio --iodepth=4
longest=$(stage a send longest)
say "the longest wait for room on the link: $((longest / 1000)) us"
[ "$longest" -ge 20000000 ] || fail "nothing waited for the link: $longest ns"
node a tc qdisc del dev va root

anew
expect 0 stage a write count
expect_fail "no such resource" node a dyad latency show r9
# Who may not change anything may not look either.
expect_fail "administrator rights" node a setpriv --reuid=65534 --clear-groups dyad latency show r0
