#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Law 9: packed data that does not become what its message promises ends the session, and
# nothing of it is written; without a key somebody on the way can only have an older version
# in place of the peer: data goes as it is then, and with one not even that.
# seconds: 300
# shellcheck source=lib.sh
. ./lib.sh
ground
disks_up
meddling=
# meddle WHAT: on the way from a to b from now on
meddle() {
	stop_meddling
	# Not by a function, whose shell would be killed in its place.
	innet a meddler 9000 10.0.0.2 "$1" >/tmp/meddled 2>&1 &
	meddling=$!
	listens() { node a ss -ltn | grep -q :9000; }
	wait_for 10 listens
	kill -0 $meddling || fail "the meddler does not run: $(cat /tmp/meddled)"
}
stop_meddling() {
	[ -n "$meddling" ] || return 0
	kill $meddling
	wait $meddling || true
	meddling=
	# It ends the connections that it has made, by their ends.
	node a dyad -q disconnect r0 || true
	node b dyad -q disconnect r0 || true
}
hears() { grep -q "$1" /tmp/meddled; }

# nodes KEY-ARGUMENTS...: r0 on both; a dials the one on the way
nodes() {
	node a dyad -q create r0 node 1
	node b dyad -q create r0 node 2
	attach a r0 da device 0
	attach b r0 db device 1
	node a dyad -q peer add r0 b node 2 address 10.0.0.1:9000 "$@"
	node b dyad -q peer add r0 a node 1 address 10.0.0.1 "$@"
	node a dyad -q set r0 compression lz4
}
broken() { dmesg | grep -c "no session with a: the peer sent a message that breaks the protocol" || true; }

say "an older version, without a key"
nodes --insecure
node a dyad -q promote r0 --force
meddle features
connect
synced
expect none field a '.peer[0].compression'
expect peer field a '.peer[0]["compression-lack"]'
log_has "data to b is not packed: the peer" || fail "the log does not say so"
node a dyad status r0 | grep -q "data does not go packed: the peer" || fail "the status does not"
fio_job older /dev/dyad0 --rw=write --bs=64k --size=2m --buffer_compress_percentage=80
! hears packed || fail "packed for a peer that cannot unpack"
disks_equal

say "nobody changes anything"
meddle nothing
connect
synced
expect lz4 field a '.peer[0].compression'
fio_job nothing /dev/dyad0 --rw=write --bs=64k --size=2m --buffer_compress_percentage=80 \
	--verify=crc32c --verify_fatal=1
hears packed || fail "nothing was packed"
disks_equal

for what in body short empty long unasked; do
	say "packed data with another $what"
	# What differs since the last one, before anybody meddles with it.
	meddle nothing
	connect
	synced
	[ $what != unasked ] || node a dyad -q set r0 compression none
	meddle "$what"
	connect
	synced
	before=$(read_sum /dev/db 1024 512)
	broken=$(broken)
	# It completes without the peer.
	[ $what = unasked ] && size=4k || size=64k
	# Easy to pack.
	(yes "$what" || true) | head -c 65536 >/tmp/words
	dd if=/tmp/words of=/dev/dyad0 bs="$size" count=1 seek=1M oflag=direct,seek_bytes \
		conv=notrunc status=none &
	writer=$!
	wait_for 20 hears meddled
	breaks() { [ "$(broken)" -gt "$broken" ]; }
	wait_for 20 breaks
	wait $writer
	stop_meddling
	expect "$before" read_sum /dev/db 1024 512
done

meddle nothing
connect
synced
disks_equal
stop_meddling

say "with a key nobody takes the offer away"
node a dyad -q delete r0
node b dyad -q delete r0
nodes key-file "$KEY"
meddle features
node a dyad -q connect r0
node b dyad -q connect r0
refused_for a "key"
